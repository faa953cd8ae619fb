using System.Text.Json;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>One file, one line a trial: its configuration, state, evaluations, attempts and epochs.</summary>
internal sealed class JsonLinesExporter : IExporter
{
    private static readonly IReadOnlyList<RecordField<TrialRecord>> _trial =
    [
        .. RecordFields.Trials.Pick(
            "trial", "sweep", "fingerprint", "seed", "state", "started_at", "finished_at", "seconds", "epochs_done", "reason",
            "failure_class", "model_path", "round", "parent", "config"),
        RecordFields.EndedEarly,
    ];

    // Of the trial that the line is about.
    private static readonly string[] _said = ["sweep", "trial", "seed", "point", "wanted"];

    public string Name => "jsonl";

    public string Description => "one file, one JSON object a trial, with its configuration, evaluations, attempts and epochs";

    public string DefaultTarget(string sweep) => $"{sweep}.jsonl";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var count = 0L;
        var results = job.Store.Results;
        await WholeFile.WriteAsync(job.Target, async stream =>
        {
            await using var evaluations = new TrialByTrial<EvaluationRecord>(
                results.EvaluationsAsync(job.Wanted, null, cancellationToken), v => v.Trial, cancellationToken);
            await using var attempts = new TrialByTrial<AttemptRecord>(
                results.AttemptsAsync(job.Wanted, cancellationToken), a => a.Trial, cancellationToken);
            await using var curves = new TrialByTrial<TrialCurve>(
                results.CurvesAsync(job.Wanted, RecordFields.WholeCurves, cancellationToken), c => c.Trial, cancellationToken);
            await foreach (var trial in results.TrialsAsync(job.Wanted, TrialParts.All & ~TrialParts.Worker, cancellationToken))
            {
                Write(stream, trial, await evaluations.OfAsync(trial.Id), await attempts.OfAsync(trial.Id),
                    await curves.OfAsync(trial.Id));
                count++;
            }
        });
        return [Numbered.Of(count, "trial")];
    }

    private static void Write(
        Stream stream, TrialRecord trial, IReadOnlyList<EvaluationRecord> evaluations, IReadOnlyList<AttemptRecord> attempts,
        IReadOnlyList<TrialCurve> curves)
    {
        using (var json = new Utf8JsonWriter(stream, JsonRenderer.Options with { Indented = false }))
        {
            json.WriteStartObject();
            _trial.WriteTo(json, trial);
            WriteRows(json, "evaluations", RecordFields.Evaluations, evaluations);
            WriteRows(json, "attempts", RecordFields.Attempts, attempts);
            WriteRows(json, "epochs", RecordFields.Epochs, curves.SelectMany(curve => curve.Rows()));
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void WriteRows<T>(Utf8JsonWriter json, string name, IReadOnlyList<RecordField<T>> fields, IEnumerable<T> rows)
    {
        fields.Without(_said).WriteTo(json, name, rows);
    }
}
