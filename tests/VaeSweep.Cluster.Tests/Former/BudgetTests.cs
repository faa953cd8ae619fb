using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Former;

/// <summary>Checkpoints on a real disk, within a budget.</summary>
public sealed class BudgetTests : IAsyncLifetime
{
    private const int Bytes = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-budget-").FullName;
    private IStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = StoreFactory.Open(Path.Combine(_folder, "s.db"), TimeProvider.System);
        await _store.MigrateAsync(Token);
        await _store.SubmitAsync(
            new SweepSubmission("s", ""), Enumerable.Range(0, 4).Select(i => new Trial(i, $"{i}".PadLeft(64, '0'), $$"""{"model.latent":{{i}},"seed":0}""", 0, "a", 2)), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(7000, "a-best a-model b-best b-last c-best c-last d-last", 7000)]
    [InlineData(6500, "a-model b-best b-last c-best c-last d-last", 6000)]
    [InlineData(4000, "a-model c-best c-last d-last", 4000)]
    [InlineData(0, "a-model c-best c-last d-last", 4000)]
    public async Task Those_of_succeeded_trials_go_first_then_of_failed_ones_and_models_and_what_is_gone_on_from_never(long budget, string left, long used)
    {
        await LiveAsync();
        await _store.SetSettingAsync(StoreSettings.CheckpointBudget, budget.ToString(CultureInfo.InvariantCulture), Token);

        await CheckpointBudget.KeepAsync(_store, new ArtifactDisk(), NullLogger.Instance, Token);
        new ArtifactDisk().Delete(await _store.TakeObsoleteCheckpointsAsync(100, Token));
        await CheckpointBudget.KeepAsync(_store, new ArtifactDisk(), NullLogger.Instance, Token);

        Assert.Equal(left.Split(' '), Directory.GetFiles(_folder, "*-*").Select(Path.GetFileName).Where(name => !name!.Contains("db", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal($"{used}", await _store.GetSettingAsync(StoreSettings.CheckpointBytes, Token));
    }

    [Fact]
    public async Task Without_a_budget_nothing_goes_and_nothing_is_counted()
    {
        await LiveAsync();

        var given = await CheckpointBudget.KeepAsync(_store, new ArtifactDisk(), NullLogger.Instance, Token);

        Assert.Equal((0, null), (given, await _store.GetSettingAsync(StoreSettings.CheckpointBytes, Token)));
    }

    /// <summary>a succeeded, b failed, c trains, d waits with a checkpoint.</summary>
    private async Task LiveAsync()
    {
        var a = await TrainAsync("a-best", "a-model");
        await _store.FinishAsync(a, new AttemptEnd(AttemptOutcome.Succeeded) { ModelPath = PathOf("a-model") }, Token);
        var b = await TrainAsync("b-best", "b-last");
        await _store.FinishAsync(b, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Nan }, Token);
        await TrainAsync("c-best", "c-last");
        await _store.FinishAsync(await TrainAsync("d-last"), new AttemptEnd(AttemptOutcome.Released), Token);
    }

    private async Task<AttemptKey> TrainAsync(params string[] checkpoints)
    {
        var claim = Assert.Single(await _store.ClaimAsync(new ClaimRequest("w", "cpu:0", Guid.NewGuid().ToString("N"), TimeSpan.FromMinutes(5)), Token));
        await _store.AppendAsync(new ReportBatch([.. Enumerable.Range(1, 2).Select(e => new AttemptEpoch(claim.Attempt, new EpochReport { Epoch = e }))], []), Token);
        foreach (var (name, i) in checkpoints.Select((name, i) => (name, i)))
        {
            await File.WriteAllBytesAsync(PathOf(name), new byte[Bytes], Token);
            await _store.AppendAsync(new ReportBatch([], [new AttemptCheckpoint(claim.Attempt, i + 1, PathOf(name), Best: i == 0)]), Token);
        }

        return claim.Attempt;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
