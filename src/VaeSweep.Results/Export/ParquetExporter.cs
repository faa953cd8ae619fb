using System.Text.Json;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>Two Parquet files with typed columns: one row a trial with its settings and scores, and one row an epoch.</summary>
internal sealed class ParquetExporter : IExporter
{
    private static readonly IReadOnlyList<(ParquetColumn Column, Func<TrialRecord, object?> Of)> _trial =
    [
        (new("sweep", typeof(string)), t => t.Sweep), (new("trial", typeof(string)), t => t.Id),
        (new("fingerprint", typeof(string)), t => t.Fingerprint), (new("seed", typeof(long)), t => t.Seed),
        (new("state", typeof(string)), t => t.State.ToString().ToLowerInvariant()),
        (new("attempts", typeof(long)), t => (long)t.Attempts), (new("worker", typeof(string)), t => t.Worker),
        (new("started_at", typeof(DateTime)), t => t.StartedAt?.UtcDateTime),
        (new("finished_at", typeof(DateTime)), t => t.FinishedAt?.UtcDateTime), (new("seconds", typeof(double)), t => t.Seconds),
        (new("epochs_done", typeof(long)), t => (long)t.EpochsDone),
        (new("failure_class", typeof(string)), t => t.FailureClass?.ToString().ToLowerInvariant()),
        (new("reason", typeof(string)), t => t.Reason), (new("model_path", typeof(string)), t => t.ModelPath),
        (new("round", typeof(long)), t => (long)t.Round), (new("parent", typeof(string)), t => t.Parent),
        (new(RecordFields.EndedEarly.Name, typeof(bool)), RecordFields.EndedEarly.Of),
    ];

    private static readonly IReadOnlyList<ParquetColumn> _epochs =
    [
        new("sweep", typeof(string)), new("trial", typeof(string)), new("epoch", typeof(long)),
        .. MetricList.Curves.Select(metric =>
            new ParquetColumn(metric.Name, metric.Curve!.Whole ? typeof(long) : typeof(double))),
        new("attempt", typeof(long)),
    ];

    public string Name => "parquet";

    public string Description =>
        "a folder with trials.parquet (every setting and score a typed column) and epochs.parquet, for pandas, DuckDB, Spark";

    public string DefaultTarget(string sweep) => $"{sweep}-parquet";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var trials = await WriteTrialsAsync(job, cancellationToken);
        var epochs = 0L;
        await WholeFile.WriteAsync(Path.Combine(job.Target, "epochs.parquet"), async stream =>
        {
            await using var file = await ParquetFile.BeginAsync(stream, _epochs, cancellationToken);
            await foreach (var curve in job.Store.Results.CurvesAsync(job.Wanted, RecordFields.WholeCurves, cancellationToken))
            {
                foreach (var row in curve.Rows())
                {
                    await file.AddAsync([.. RecordFields.Epochs.Select(field => field.Of(row))], cancellationToken);
                    epochs++;
                }
            }

            await file.EndAsync(cancellationToken);
        });
        return [$"{Numbered.Of(trials, "trial")}, {Numbered.Of(epochs, "epoch")}"];
    }

    // Which settings and scores there are, and of which type, is known only after all trials were seen.
    private static async Task<int> WriteTrialsAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var results = job.Store.Results;
        var index = new ConfigIndex();
        var trials = new List<(TrialRecord Trial, int[] Codes)>();
        await foreach (var trial in results.TrialsAsync(job.Wanted, TrialParts.All, cancellationToken))
            trials.Add((trial, index.Add(trial.Config)));

        var scores = new Dictionary<(string Trial, string Metric), (double Value, int Samples)>();
        await foreach (var score in results.EvaluationsAsync(job.Wanted, null, cancellationToken))
        {
            if (!scores.TryGetValue((score.Trial, score.Metric), out var known) || known.Samples <= score.Samples)
                scores[(score.Trial, score.Metric)] = (score.Value, score.Samples);
        }

        var settings = Enumerable.Range(0, index.Paths.Count).Where(i => index.Paths[i] != "seed")
            .Select(i => (Column: i, Type: TypeOf(index.Paths[i], index.Values(i)))).ToList();
        var metrics = scores.Keys.Select(key => key.Metric).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToList();
        await WholeFile.WriteAsync(Path.Combine(job.Target, "trials.parquet"), async stream =>
        {
            await using var file = await ParquetFile.BeginAsync(
                stream,
                [
                    .. _trial.Select(field => field.Column),
                    .. settings.Select(setting => new ParquetColumn(index.Paths[setting.Column], setting.Type)),
                    .. metrics.Select(metric => new ParquetColumn(metric, typeof(double))),
                ],
                cancellationToken);
            foreach (var (trial, codes) in trials)
            {
                await file.AddAsync(
                    [
                        .. _trial.Select(field => field.Of(trial)),
                        .. settings.Select(setting =>
                            Typed(index.Value(setting.Column, ConfigIndex.CodeAt(codes, setting.Column)), setting.Type)),
                        .. metrics.Select(metric => scores.TryGetValue((trial.Id, metric), out var score)
                            && !double.IsNaN(score.Value) ? (object)score.Value : null),
                    ],
                    cancellationToken);
            }

            await file.EndAsync(cancellationToken);
        });
        return trials.Count;
    }

    // Lists, and values of several types, are text as in a sweep file's JSON. A path that takes numbers has the same type in
    // every sweep, whether or not some of its numbers are whole.
    private static Type TypeOf(string path, IReadOnlyList<SettingValue> values) =>
        values.All(value => value.Json is "true" or "false") ? typeof(bool)
        : ConfigSchema.Find(path)?.Kind != ValueKind.Number && values.All(value => long.TryParse(value.Json, out _))
            ? typeof(long)
        : values.All(value => !double.IsNaN(value.Number)) ? typeof(double)
        : typeof(string);

    private static object? Typed(SettingValue? value, Type type) => value is null ? null
        : type == typeof(bool) ? value.Json == "true"
        : type == typeof(long) ? long.Parse(value.Json, System.Globalization.CultureInfo.InvariantCulture)
        : type == typeof(double) ? value.Number
        : value.Json.StartsWith('"') ? JsonSerializer.Deserialize<string>(value.Json) : value.Json;
}
