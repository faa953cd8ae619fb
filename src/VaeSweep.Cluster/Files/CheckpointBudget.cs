using System.Globalization;
using Microsoft.Extensions.Logging;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Files;

/// <summary>Keeps checkpoints within the room that the store's owner gives them
/// (<see cref="StoreSettings.CheckpointBudget"/>).</summary>
/// <remarks>Only those of finished trials go, the oldest first: first of trials that no sweep file wants any more, then of
/// succeeded ones, then of failed and stopped ones. Never a model, and never what an open trial would go on from or has as its
/// best. On disks the leader counts and deletes what it sees.</remarks>
internal static class CheckpointBudget
{
    /// <returns>How many were given up; they are obsolete from now on.</returns>
    public static async Task<int> KeepAsync(IStore store, ArtifactDisk disk, ILogger logger, CancellationToken cancellationToken)
    {
        if (!long.TryParse(await store.GetSettingAsync(StoreSettings.CheckpointBudget, cancellationToken), NumberStyles.None,
            CultureInfo.InvariantCulture, out var budget))
        {
            return 0;
        }

        var kept = (await store.ListCheckpointsAsync(cancellationToken))
            .Select(c => (Checkpoint: c, Bytes: c.Bytes ?? disk.Length(c.Path))).ToList();
        var before = kept.Sum(k => k.Bytes);
        var (bytes, given) = (before, new List<long>());
        foreach (var (checkpoint, size) in kept.Where(k => k.Checkpoint.Expendable && k.Bytes > 0)
            .OrderBy(k => k.Checkpoint.Rank).ThenBy(k => k.Checkpoint.FinishedAt).ThenBy(k => k.Checkpoint.Key))
        {
            if (bytes <= budget)
                break;

            given.Add(checkpoint.Key);
            bytes -= size;
        }

        var forgotten = given.Count == 0 ? 0 : await store.ForgetCheckpointsAsync(given, cancellationToken);
        if (forgotten > 0)
            Log.CheckpointsForgotten(logger, before, budget, forgotten);

        var known = bytes.ToString(CultureInfo.InvariantCulture);
        if (await store.GetSettingAsync(StoreSettings.CheckpointBytes, cancellationToken) != known)
        {
            await store.SetSettingAsync(StoreSettings.CheckpointBytes, known, cancellationToken);
            if (bytes > budget)
                Log.BudgetExceeded(logger, bytes, budget);
        }

        return forgotten;
    }
}
