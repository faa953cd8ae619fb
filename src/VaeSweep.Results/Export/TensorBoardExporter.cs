using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>TensorBoard's event files, one run a trial: every curve of the view `epochs` as scalars, final evaluations at the
/// last epoch.</summary>
internal sealed class TensorBoardExporter : IExporter
{
    public string Name => "tensorboard";

    public string Description => "a folder of event files, one run a trial: tensorboard --logdir FOLDER";

    public string DefaultTarget(string sweep) => $"{sweep}-tensorboard";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var scalars = 0L;
        var runs = 0L;
        var varying = (await ComparisonBuilder.BuildAsync(
            job.Store.Results, job.Table with { By = null, Across = [], More = [], Baseline = null }, cancellationToken)).By;
        var results = job.Store.Results;
        await using var curves = new TrialByTrial<TrialCurve>(
            results.CurvesAsync(job.Wanted, RecordFields.WholeCurves, cancellationToken), c => c.Trial, cancellationToken);
        await using var evaluations = new TrialByTrial<EvaluationRecord>(
            results.EvaluationsAsync(job.Wanted, null, cancellationToken), v => v.Trial, cancellationToken);
        await foreach (var trial in
            results.TrialsAsync(job.Wanted, TrialParts.Progress | TrialParts.Outcome | TrialParts.Configuration,
                cancellationToken))
        {
            var scores = await evaluations.OfAsync(trial.Id);
            if (await curves.OfAsync(trial.Id) is not [var curve])
                continue;

            var run = RunName(trial.Config, varying, trial.Seed, trial.Id);
            var started = trial.StartedAt!.Value.ToUnixTimeMilliseconds() / 1000.0;
            await WholeFile.WriteAsync(Path.Combine(job.Target, run, $"events.out.tfevents.{(long)started}.vaesweep"), stream =>
            {
                scalars += Write(new EventFile(stream, started), curve, scores, trial.EpochsDone, started);
                return Task.CompletedTask;
            });
            runs++;
        }

        return [$"{runs} runs with {scalars} scalars; look at them with: tensorboard --logdir {job.Target}"];
    }

    private static long Write(EventFile file, TrialCurve curve, IReadOnlyList<EvaluationRecord> scores, long lastEpoch,
        double started)
    {
        var written = 0L;
        var seconds = curve.Values[RecordFields.WholeCurves.Metrics.ToList().IndexOf("seconds")];
        // Reports have no clock of their own: training time counted from the first claim, pauses left out.
        var time = started;
        for (var at = 0; at < curve.Epochs.Length; at++)
        {
            time += double.IsNaN(seconds[at]) ? 0 : seconds[at];
            for (var i = 0; i < curve.Values.Count; i++)
            {
                if (!double.IsNaN(curve.Values[i][at]))
                {
                    file.Scalar(Tag(RecordFields.WholeCurves.Metrics[i]), curve.Epochs[at], (float)curve.Values[i][at], time);
                    written++;
                }
            }
        }

        foreach (var score in scores.Where(s => !double.IsNaN(s.Value)))
        {
            file.Scalar($"final/{score.Metric}", lastEpoch, (float)score.Value, time);
            written++;
        }

        return written;
    }

    // TensorBoard groups tags by what stands before the slash.
    private static string Tag(string column) => column.IndexOf('_', StringComparison.Ordinal) is var cut and > 0
        && column[..cut] is "train" or "valid" or "test"
        ? $"{column[(column.IndexOf('_', StringComparison.Ordinal) + 1)..]}/"
        + $"{column[..column.IndexOf('_', StringComparison.Ordinal)]}"
        : $"training/{column}";

    // "k=5,latent=20,seed=0-591a34e512ad": what a person picks runs by, and the id for what is unique.
    private static string RunName(string config, IReadOnlyList<string> varying, long seed, string id)
    {
        using var settings = System.Text.Json.JsonDocument.Parse(config);
        var parts = varying.Zip(ComparisonText.ShortNames(varying),
            (path, name) => (name, settings.RootElement.TryGetProperty(path, out var value) ? value.ToString() : null))
            .Where(p => p.Item2 is not null).Select(p => $"{p.name}={p.Item2}").Append($"seed={seed}");
        var name = string.Concat(string.Join(',', parts)
            .Select(c => char.IsAsciiLetterOrDigit(c) || "=,.-_".Contains(c, StringComparison.Ordinal) ? c : '_'));
        return $"{name[..Math.Min(name.Length, 150)]}-{id}";
    }
}
