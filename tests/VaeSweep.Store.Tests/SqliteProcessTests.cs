using SQLitePCL;
using VaeSweep.Store.Sqlite;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <summary>Several processes on one file, and their deaths.</summary>
public sealed class SqliteProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(333)]
    public async Task A_killed_writer_leaves_a_consistent_store_with_all_it_acknowledged(int linesBeforeKill)
    {
        var path = _folder.File("store.db");
        await using (var store = StoreFactory.Open(path, TimeProvider.System))
        {
            await store.MigrateAsync(Token);
            await store.SubmitAsync(Some.Sweep(), Some.Trials(50, epochs: 100), Token);
        }

        var told = new List<string>();
        using (var hammer = new HammerProcess(path, "victim"))
        {
            while (told.Count < linesBeforeKill && await hammer.ReadLineAsync(Token) is { } line)
                told.Add(line);
            hammer.Kill();
            while (await hammer.ReadLineAsync(Token) is { } line)
                told.Add(line);
            await hammer.WaitAsync(Token);
        }

        await using var after = StoreFactory.Open(path, TimeProvider.System);
        var stored = (await after.QueryAsync("SELECT trial || ' ' || epoch FROM epochs", null, TimeSpan.FromSeconds(30), Token)).Rows.Select(row => (string)row[0]!).ToHashSet();
        var broken = await after.QueryAsync(
            "SELECT trial FROM trials t WHERE epochs_done <> (SELECT count(*) FROM epochs e WHERE e.trial = t.trial)", null, TimeSpan.FromSeconds(30), Token);
        using var file = SqliteConnection.Open(path, raw.SQLITE_OPEN_READWRITE);
        Assert.Equal("ok", file.Scalar("PRAGMA integrity_check"));
        Assert.Null(file.Scalar("PRAGMA foreign_key_check"));
        Assert.True(told.Count >= linesBeforeKill);
        Assert.Empty(told.Skip(1).Where(line => line.Count(c => c == ' ') == 1 && !line.EndsWith("done", StringComparison.Ordinal)).Except(stored));
        Assert.Empty(broken.Rows);
    }

    [Fact]
    public async Task Two_processes_share_one_file_and_run_every_trial_once()
    {
        var path = _folder.File("store.db");
        await using var store = StoreFactory.Open(path, TimeProvider.System);
        await store.MigrateAsync(Token);
        await store.SubmitAsync(Some.Sweep(), Some.Trials(60, epochs: 10), Token);
        using var first = new HammerProcess(path, "first");
        using var second = new HammerProcess(path, "second");

        var readers = new[] { first, second }.Select(DrainAsync).ToArray();
        var polls = 0;
        while (!Task.WhenAll(readers).IsCompleted)
        {
            await store.HeartbeatAsync(new NodeInfo("n", "h", [], "1", null), Some.Lease, Token);
            Assert.Equal(60, (await store.GetSweepAsync(SweepName, Token))!.Total);
            polls++;
        }

        var ends = new[] { await first.WaitAsync(Token), await second.WaitAsync(Token) };
        Assert.All(ends, end => Assert.Equal((0, ""), end));
        Assert.True(polls > 0);
        Assert.Equal(60, (await store.GetSweepAsync(SweepName, Token))!.Count(TrialState.Succeeded));
        var counts = await store.QueryAsync(
            "SELECT (SELECT count(*) FROM epochs), (SELECT count(*) FROM attempts), (SELECT max(attempt) FROM attempts)", null, TimeSpan.FromSeconds(30), Token);
        Assert.Equal([[600L, 60L, 1L]], counts.Rows);

        static async Task DrainAsync(HammerProcess hammer)
        {
            while (await hammer.ReadLineAsync(Token) is not null)
            {
            }
        }
    }

    private const string SweepName = "s";
}
