using System.Globalization;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>TensorBoard's event files, one run a trial: every curve of the view `epochs` as scalars, final evaluations at the last epoch.</summary>
internal sealed class TensorBoardExporter : IExporter
{
    // Columns that say where a value belongs, not what was measured.
    private static readonly string[] _keys = ["sweep", "trial", "epoch", "attempt"];

    public string Name => "tensorboard";

    public string Description => "a folder of event files, one run a trial: tensorboard --logdir FOLDER";

    public string DefaultTarget(string sweep) => $"{sweep}-tensorboard";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var scalars = 0L;
        var runs = 0L;
        var varying = (await ComparisonBuilder.BuildAsync(job.Store, job.Table with { By = null, Across = [], More = [], Baseline = null }, cancellationToken)).By;
        await using var epochs = job.PagesAsync("x.*", "JOIN epochs x ON x.sweep = t.sweep AND x.trial = t.trial", "x.epoch", cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var evaluations = job.PagesAsync(
            "x.trial, x.metric, x.value", "JOIN evaluations x ON x.sweep = t.sweep AND x.trial = t.trial", "x.metric, x.samples", cancellationToken).GetAsyncEnumerator(cancellationToken);
        await foreach (var page in job.PagesAsync("t.trial, t.seed, t.started_at, t.epochs_done, t.config", "", "", cancellationToken))
        {
            await epochs.MoveNextAsync();
            await evaluations.MoveNextAsync();
            var names = epochs.Current.Columns;
            var trial = names.ToList().IndexOf("trial");
            var curves = epochs.Current.Rows.ToLookup(r => (string)r[trial]!, StringComparer.Ordinal);
            var scores = evaluations.Current.Rows.ToLookup(r => (string)r[0]!, StringComparer.Ordinal);
            foreach (var row in page.Rows.Where(r => curves.Contains((string)r[0]!)))
            {
                var id = (string)row[0]!;
                var run = RunName((string)row[4]!, varying, (long)row[1]!, id);
                var started = DateTimeOffset.Parse((string)row[2]!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() / 1000.0;
                await WholeFile.WriteAsync(Path.Combine(job.Target, run, $"events.out.tfevents.{(long)started}.vaesweep"), stream =>
                {
                    scalars += Write(new EventFile(stream, started), names, curves[id], scores[id], (long)row[3]!, started);
                    return Task.CompletedTask;
                });
                runs++;
            }
        }

        return [$"{runs} runs with {scalars} scalars; look at them with: tensorboard --logdir {job.Target}"];
    }

    private static long Write(EventFile file, IReadOnlyList<string> names, IEnumerable<object?[]> curve, IEnumerable<object?[]> scores, long lastEpoch, double started)
    {
        var written = 0L;
        var (epochColumn, secondsColumn) = (names.ToList().IndexOf("epoch"), names.ToList().IndexOf("seconds"));
        // Reports have no clock of their own: training time counted from the first claim, pauses left out.
        var time = started;
        foreach (var row in curve)
        {
            time += row[secondsColumn] as double? ?? 0;
            for (var i = 0; i < names.Count; i++)
            {
                if (row[i] is not null && !_keys.Contains(names[i]))
                {
                    file.Scalar(Tag(names[i]), (long)row[epochColumn]!, Convert.ToSingle(row[i], CultureInfo.InvariantCulture), time);
                    written++;
                }
            }
        }

        foreach (var row in scores.Where(r => r[2] is not null))
        {
            file.Scalar($"final/{row[1]}", lastEpoch, (float)(double)row[2]!, time);
            written++;
        }

        return written;
    }

    // TensorBoard groups tags by what stands before the slash.
    private static string Tag(string column) => column.IndexOf('_', StringComparison.Ordinal) is var cut and > 0 && column[..cut] is "train" or "valid" or "test"
        ? $"{column[(column.IndexOf('_', StringComparison.Ordinal) + 1)..]}/{column[..column.IndexOf('_', StringComparison.Ordinal)]}"
        : $"training/{column}";

    // "k=5,latent=20,seed=0-591a34e512ad": what a person picks runs by, and the id for what is unique.
    private static string RunName(string config, IReadOnlyList<string> varying, long seed, string id)
    {
        using var settings = System.Text.Json.JsonDocument.Parse(config);
        var parts = varying.Zip(ComparisonText.ShortNames(varying), (path, name) => (name, settings.RootElement.TryGetProperty(path, out var value) ? value.ToString() : null))
            .Where(p => p.Item2 is not null).Select(p => $"{p.name}={p.Item2}").Append($"seed={seed}");
        var name = string.Concat(string.Join(',', parts).Select(c => char.IsAsciiLetterOrDigit(c) || "=,.-_".Contains(c, StringComparison.Ordinal) ? c : '_'));
        return $"{name[..Math.Min(name.Length, 150)]}-{id}";
    }
}
