using VaeSweep.Results.Imaging;
using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>The log-likelihoods of single images that trials have kept.</summary>
/// <param name="Samples">Importance samples they were measured with.</param>
/// <param name="Values">Nats, one an image.</param>
internal sealed record ImageLikelihoods(int Samples, float[] Values)
{
    /// <summary>Where the trials of a sweep keep theirs: the metric's, else those of the most samples.</summary>
    /// <param name="metric">test_nll, test_l5000; null for any of the test images.</param>
    public static async Task<IReadOnlyDictionary<string, (int Samples, string File)>> FindAsync(
        IResults results, string sweep, string? metric, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, (int Samples, string File)>(StringComparer.Ordinal);
        await foreach (var evaluation in results.EvaluationsAsync(TrialFilter.WantedOf(sweep), metric, cancellationToken))
        {
            if (evaluation.File is { } file
                && (metric is not null || evaluation.Metric.StartsWith("test", StringComparison.Ordinal))
                && (!found.TryGetValue(evaluation.Trial, out var held) || held.Samples <= evaluation.Samples))
            {
                found[evaluation.Trial] = (evaluation.Samples, file);
            }
        }

        return found;
    }

    /// <returns>Null when the file is not on this machine.</returns>
    public static async Task<ImageLikelihoods?> ReadAsync((int Samples, string File) kept, CancellationToken cancellationToken) =>
        File.Exists(kept.File)
            ? new(kept.Samples, NpyFile.Decode(await File.ReadAllBytesAsync(kept.File, cancellationToken), kept.File).Values)
            : null;
}
