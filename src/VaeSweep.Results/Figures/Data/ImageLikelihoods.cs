using VaeSweep.Results.Imaging;
using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>The log-likelihoods of single images that trials have kept.</summary>
/// <param name="Samples">Importance samples they were measured with.</param>
/// <param name="Values">Nats, one an image.</param>
internal sealed record ImageLikelihoods(long Samples, float[] Values)
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(1);

    /// <summary>Where the trials of a sweep keep theirs: the metric's, else those of the most samples.</summary>
    /// <param name="metric">test_nll, test_l5000; null for any of the test images.</param>
    public static async Task<IReadOnlyDictionary<string, (long Samples, string File)>> FindAsync(IStore store, string sweep, string? metric, CancellationToken cancellationToken)
    {
        var result = await store.QueryAsync(
            $"""
            SELECT v.trial, v.samples, v.file FROM evaluations v
            WHERE v.sweep = @sweep AND v.wanted AND v.file IS NOT NULL AND {(metric is null ? "v.metric LIKE 'test%'" : "v.metric = @metric")} ORDER BY v.samples
            """,
            metric is null ? new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep } : new(StringComparer.Ordinal) { ["sweep"] = sweep, ["metric"] = metric },
            _timeout, cancellationToken);
        var found = new Dictionary<string, (long, string)>(StringComparer.Ordinal);
        foreach (var row in result.Rows)
        {
            found[(string)row[0]!] = (Convert.ToInt64(row[1]), (string)row[2]!);
        }

        return found;
    }

    /// <returns>Null when the file is neither on this machine nor in the store.</returns>
    public static async Task<ImageLikelihoods?> ReadAsync(IStore store, string sweep, FigureTrial trial, (long Samples, string File) kept, CancellationToken cancellationToken)
    {
        var key = (await store.FindTrialsAsync(trial.Id, sweep, 1, cancellationToken))[0].Key;
        return await KeptFile.ReadAsync(store, key, kept.File, cancellationToken) is { } file ? new(kept.Samples, NpyFile.Decode(file, kept.File).Values) : null;
    }
}
