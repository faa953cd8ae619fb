using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>TensorBoard's event files, one run a trial: every curve of the view `epochs` as scalars, final evaluations at the
/// last epoch, and for the HParams tab what varies.</summary>
internal sealed class TensorBoardExporter : IExporter
{
    public string Name => "tensorboard";

    public string Description => "a folder of event files, one run a trial: tensorboard --logdir FOLDER";

    public string DefaultTarget(string sweep) => $"{sweep}-tensorboard";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var scalars = 0L;
        var runs = 0L;
        var (waiting, lost, empty) = (0L, 0L, new SortedDictionary<string, long>(StringComparer.Ordinal));
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
            var curve = await curves.OfAsync(trial.Id) is [var own] ? own : null;
            if (trial.StartedAt is not { } begun)
            {
                waiting++;
                continue;
            }

            if (curve is null)
            {
                var why = trial.FailureClass is { } failure
                    ? $"{trial.State} ({failure})".ToLowerInvariant() : trial.State.ToString().ToLowerInvariant();
                empty[why] = empty.GetValueOrDefault(why) + 1;
            }

            lost += scores.Count(s => double.IsNaN(s.Value));
            var run = RunName(trial.Config, varying, trial.Seed, trial.Id);
            var started = begun.ToUnixTimeMilliseconds() / 1000.0;
            await WholeFile.WriteAsync(Path.Combine(job.Target, run, $"events.out.tfevents.{(long)started}.vaesweep"), stream =>
            {
                var file = new EventFile(stream, started);
                file.Plugin(HparamsPlugin.StartTag, HparamsPlugin.Name,
                    HparamsPlugin.Started(Settings(trial, varying), $"point {trial.Point}", started), started);
                scalars += curve is null ? 0 : Write(file, curve, scores, trial.EpochsDone, started);
                var ended = trial.FinishedAt?.ToUnixTimeMilliseconds() / 1000.0 ?? started;
                file.Plugin(HparamsPlugin.EndTag, HparamsPlugin.Name, HparamsPlugin.Ended(Status(trial.State), ended), ended);
                return Task.CompletedTask;
            });
            runs++;
        }

        var told = new List<string> { $"{Numbered.Of(runs, "run")} with {Numbered.Of(scalars, "scalar")}; look at them "
            + $"with: tensorboard --logdir {job.Target}" };
        if (empty.Count > 0)
        {
            told.Add($"{empty.Values.Sum()} of them have no epoch, and hyperparameters "
                + $"alone: {string.Join(", ", empty.Select(e => $"{e.Value} {e.Key}"))}");
        }

        if (lost > 0)
        {
            told.Add($"{Numbered.Of(lost, "evaluation")} {Numbered.Are(lost)} not {(lost == 1 ? "a number" : "numbers")} and "
                + "left out");
        }

        if (waiting > 0)
        {
            told.Add($"{Numbered.Of(waiting, "trial")} {(waiting == 1 ? "has" : "have")} not begun and "
                + $"{Numbered.Are(waiting)} left out");
        }

        return told;
    }

    private static List<(string Name, string Json)> Settings(TrialRecord trial, IReadOnlyList<string> varying)
    {
        using var config = System.Text.Json.JsonDocument.Parse(trial.Config);
        return [.. varying.Append("seed").Where(path => config.RootElement.TryGetProperty(path, out _))
            .Select(path => (path, config.RootElement.GetProperty(path).GetRawText()))];
    }

    private static int Status(TrialState state) => state switch
    {
        TrialState.Succeeded => HparamsPlugin.Success,
        TrialState.Failed or TrialState.Stopped => HparamsPlugin.Failure,
        _ => HparamsPlugin.Running,
    };

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
            (path, name) => (name, settings.RootElement.TryGetProperty(path, out var value)
                ? new SettingValue(value.GetRawText()).Text : null))
            .Where(p => p.Item2 is not null).Select(p => $"{p.name}={p.Item2}").Append($"seed={seed}");
        var name = string.Concat(string.Join(',', parts)
            .Select(c => char.IsAsciiLetterOrDigit(c) || "=,.-_".Contains(c, StringComparison.Ordinal) ? c : '_'));
        return $"{name[..Math.Min(name.Length, 150)]}-{id}";
    }
}
