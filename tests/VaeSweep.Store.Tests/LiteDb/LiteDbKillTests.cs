using System.Globalization;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Writers that are killed under load, one after another on the same store.</summary>
public sealed class LiteDbKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_writer_killed_under_load_leaves_all_it_acknowledged_once_and_nothing_by_half()
    {
        var random = new Random(Long.Seed(3));
        var path = _folder.File("store.db");
        var (kills, acknowledged, replays) = (Long.Of(6, 200), 0, 0L);
        for (var kill = 0; kill < kills; kill++)
        {
            using (var hammer = new HammerProcess("litedb", path))
            {
                var enough = acknowledged + random.Next(1, 400);
                while (acknowledged < enough && await hammer.ReadLineAsync(Token) is { } line)
                    acknowledged = Told(line) ?? acknowledged;
                hammer.Kill();
                while (await hammer.ReadLineAsync(Token) is { } line)
                    acknowledged = Told(line) ?? acknowledged;
                var (_, errors) = await hammer.WaitAsync(Token);
                Assert.Equal("", errors);
            }

            replays += Verify(path, acknowledged);
        }

        Assert.True(replays > 0);
        Long.Proved($"{kills} kills of a writer under load: each of {acknowledged} acknowledged commits was there once");
    }

    private static int? Told(string line) => int.TryParse(line, CultureInfo.InvariantCulture, out var epoch) ? epoch : null;

    /// <summary>Reads what the killed one left, as a reader does: without changing it.</summary>
    private static long Verify(string path, int acknowledged)
    {
        using var held = StoreLock.Share(path);
        using var file = LiteDbFile.Open(held);
        var last = file.Find(StoreCollections.Sweeps, 1L)!["epochs"].AsInt32;
        Assert.True(last >= acknowledged, $"{acknowledged} were acknowledged, {last} are there");
        foreach (var trial in file.ReadAll(StoreCollections.Trials))
        {
            var key = trial["_id"].AsInt64;
            var reports = Segments.Read(file, key, key).Select(one => one.Report);
            var epochs = trial["last"].AsInt32;
            var first = Math.Max(1, epochs / 200 * 200);
            Assert.Equal(Enumerable.Range(first, epochs - first + 1).Select(epoch => (double)-epoch),
                reports.Select(report => report.TrainElbo));
            Assert.True(epochs == last || epochs % 200 == 199);
        }

        return file.ReplayedTransactions;
    }
}
