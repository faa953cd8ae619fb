using VaeSweep.Sweeps;

namespace VaeSweep.Chaos;

/// <summary>What must hold of the store and the files after any number of accidents.</summary>
internal static class Order
{
    /// <summary>The whole sweep has succeeded: once each, and without a gap.</summary>
    public static async Task AssertFinishedAsync(Desk desk, CancellationToken cancellationToken)
    {
        await AssertNothingHeldAsync(desk, cancellationToken);
        foreach (var row in await desk.QueryAsync(
            "SELECT trial, state, epochs_done, epochs, attempts, sweep FROM trials", cancellationToken))
        {
            var trial = (string)row[0]!;
            Assert.Equal(nameof(TrialState.Succeeded), (string)row[1]!, ignoreCase: true);
            Assert.Equal(row[3], row[2]);
            await AssertAttemptsAsync(desk, trial, (long)row[3]!, (long)row[4]!, cancellationToken);
            AssertFiles(desk, (string)row[5]!, trial);
        }
    }

    /// <summary>No lease, no running trial and no living node.</summary>
    public static async Task AssertNothingHeldAsync(Desk desk, CancellationToken cancellationToken)
    {
        Assert.Empty(await desk.QueryAsync("SELECT trial FROM trials WHERE state = 'running'", cancellationToken));
        Assert.Empty(
            await desk.QueryAsync("SELECT trial FROM attempts WHERE outcome IS NULL OR ended_at IS NULL", cancellationToken));
        await using var store = await desk.OpenStoreAsync(cancellationToken);
        Assert.All(await store.ListNodesAsync(cancellationToken),
            node => Assert.False(node.Alive, $"{node.Info.Node} is listed as alive"));
    }

    private static async Task AssertAttemptsAsync(
        Desk desk, string trial, long epochs, long count, CancellationToken cancellationToken)
    {
        var attempts = await desk.QueryAsync(
            $"SELECT attempt, from_epoch, to_epoch, outcome FROM attempts WHERE trial = '{trial}' ORDER BY attempt",
            cancellationToken);
        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => (long)i), attempts.Select(a => (long)a[0]!));
        Assert.Equal("succeeded", attempts[^1][3]);
        Assert.DoesNotContain(attempts.SkipLast(1), a => "succeeded".Equals(a[3]));
        Assert.Equal(epochs, attempts[^1][2]);

        // Each goes on from a checkpoint of those before it, and none goes back behind one.
        var (from, furthest) = (0L, 0L);
        foreach (var attempt in attempts)
        {
            var begun = (long)attempt[1]!;
            Assert.InRange(begun, from, furthest);
            (from, furthest) = (begun, Math.Max(furthest, (long)attempt[2]!));
        }

        // Every epoch once, by an attempt that was at it, and by the earliest that came so far.
        var rows = await desk.QueryAsync(
            $"SELECT epoch, attempt FROM epochs WHERE trial = '{trial}' ORDER BY epoch", cancellationToken);
        Assert.Equal(Enumerable.Range(1, (int)epochs).Select(i => (long)i), rows.Select(e => (long)e[0]!));
        Assert.All(
            rows, row => Assert.InRange(
                (long)row[0]!, (long)attempts[(int)(long)row[1]! - 1][1]! + 1, (long)attempts[(int)(long)row[1]! - 1][2]!));
        Assert.Equal(rows.Select(e => (long)e[1]!).Order(), rows.Select(e => (long)e[1]!));
    }

    // Of a finished trial its model, its best checkpoint and its images' log-likelihoods stay, whoever was killed on the way.
    private static void AssertFiles(Desk desk, string sweep, string trial)
    {
        var files = Directory.GetDirectories(Path.Combine(desk.Artifacts, sweep), $"{trial}.*")
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Select(f => Path.GetFileName(f)).ToList();

        Assert.Contains("model.safetensors", files);
        Assert.Contains(files, f => f.EndsWith(".vsckpt", StringComparison.Ordinal));
        Assert.Contains(files, f => f.StartsWith("log-likelihoods-", StringComparison.Ordinal));
        Assert.Equal(3, files.Count);
    }
}
