using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Files;
using VaeSweep.Store;
using VaeSweep.Store.Tests;

namespace VaeSweep.Cluster.Tests;

/// <summary>Which checkpoints of finished trials go when nobody has said how much room they may take.</summary>
public sealed class CheckpointBudgetTests
{
    private const long Size = CheckpointBudget.Scarce / 2;

    [Theory]
    [InlineData(CheckpointBudget.Scarce, 4)]
    [InlineData(long.MaxValue, 4)]
    // They take 4 sizes, and what is left of them is to be as much as is free.
    [InlineData(Size + (Size / 2), 2)]
    [InlineData(0, 2)]
    public async Task They_stay_while_the_disk_has_room_and_take_no_more_than_is_free_where_it_has_little(long free, int kept)
    {
        var token = TestContext.Current.CancellationToken;
        await using var store = new LedgerStore(new MemoryLedgerLog(), new ManualTime());
        await store.SubmitAsync(Some.Sweep(), Some.Trials(4, epochs: 1), token);
        foreach (var claim in await store.ClaimAsync(Some.Claim(maxTrials: 4), token))
        {
            await store.AppendAsync(Some.Epochs(claim.Attempt, 1), token);
            await store.AppendAsync(Some.Checkpoint(claim.Attempt, 1, claim.TrialId), token);
            await store.FinishAsync(claim.Attempt, Some.Success(), token);
        }

        var forgotten = await CheckpointBudget.KeepAsync(store, "folder", new SmallDisk(free), NullLogger.Instance, token);

        Assert.Equal(4 - kept, forgotten);
        Assert.Equal(kept, (await store.ListCheckpointsAsync(token)).Count);
        Assert.Null(await store.GetSettingAsync(StoreSettings.CheckpointBytes, token));
    }

    private sealed class SmallDisk(long free) : ArtifactDisk
    {
        public override long Free(string folder) => free;

        public override long Length(string path) => Size;
    }
}
