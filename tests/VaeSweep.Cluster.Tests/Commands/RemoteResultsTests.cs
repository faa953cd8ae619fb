using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.Tests;
using VaeSweep.Store.Tests.Ledgers;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>What comes over the channel is what the head's store says itself, for whatever happened before: every field, and each
/// number to the bit.</summary>
public sealed class RemoteResultsTests
{
    private const int Histories = 12;
    private const int Steps = 250;

    private static readonly JsonSerializerOptions _exact =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Dictionary<string, int> _compared = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Results_over_the_channel_are_those_of_the_store_after_any_history()
    {
        for (var seed = 1; seed <= Histories; seed++)
        {
            var history = new LedgerHistory(seed);
            history.Live(Steps);
            var log = new MemoryLedgerLog();
            foreach (var commit in history.Stored)
                log.Commit(commit);
            await using var store = new LedgerStore(log, new ManualTime(), new StoreOptions { ReadOnly = true });
            await using var desk = new CommandDesk(Served.Of(store), null, TimeProvider.System, NullLogger.Instance);
            await using var remote = new RemoteStore(new MemoryLink(desk), null, TimeProvider.System);
            await CompareAsync(store, remote);
        }

        Assert.All(_compared, one => Assert.True(one.Value > 15, $"only {one.Value} of {one.Key} were compared"));
        Assert.Equal(15, _compared.Count);
    }

    private async Task CompareAsync(IStore store, IStore remote)
    {
        await SameAsync("nodes", store, remote, one => List(one.ListNodesAsync(Token)));
        await SameAsync("found", store, remote, one => List(one.FindTrialsAsync("", null, 1_000, Token)));
        await SameAsync("checkpoints", store, remote, one => List(one.ListCheckpointsAsync(Token)));
        await SameAsync("query", store, remote, one => RowsAsync(one, "SELECT * FROM epochs"));
        await SameAsync("sweeps", store, remote, one => List(one.Results.SweepsAsync(Token)));
        foreach (var sweep in (await store.ListSweepsAsync(Token)).Select(one => one.Name))
        {
            await SameAsync("files", store, remote, one => List(one.ListFilesAsync(sweep, Token)));
            await SameAsync("points", store, remote, one => List(one.Results.PointsAsync(sweep, Token)));
            await SameAsync("counts", store, remote, async one => (await ScoresAsync(one, sweep)).Counts.AsEnumerable());
            await SameAsync("scores", store, remote, async one => (await ScoresAsync(one, sweep)).Metrics.SelectMany(Rows));
            var trials = await store.Results.TrialsAsync(TrialFilter.AllOf(sweep), TrialParts.None, Token).ToListAsync(Token);
            await CompareAsync(store, remote, TrialFilter.AllOf(sweep) with { State = TrialState.Succeeded });
            await CompareAsync(store, remote, TrialFilter.AllOf(sweep) with { Ids = [.. trials.Take(3).Select(one => one.Id)] });
            await CompareAsync(store, remote,
                TrialFilter.WantedOf(sweep) with { Points = [.. trials.Take(2).Select(one => one.Point)] });
        }

        await CompareAsync(store, remote, new TrialFilter { LastFinishedFirst = true, DeviceKind = "cpu", Limit = 5 });
        await CompareAsync(store, remote, new TrialFilter());
    }

    private async Task CompareAsync(IStore store, IStore remote, TrialFilter which)
    {
        foreach (var parts in new[] { TrialParts.None, TrialParts.Progress | TrialParts.Fingerprint, TrialParts.All })
            await SameAsync("trials", store, remote, one => Read(one.Results.TrialsAsync(which, parts, Token)));
        CurveRequest[] requests = [new(["train_elbo", "seconds"]) { Attempts = true }, new(["beta"]) { LastEpoch = true }];
        foreach (var what in requests)
            await SameAsync("curves", store, remote, one => Read(one.Results.CurvesAsync(which, what, Token)));
        await SameAsync("units", store, remote, one => Read(one.Results.UnitsAsync(which, Token)));
        foreach (var metric in new[] { null, "test_nll" })
            await SameAsync("evaluations", store, remote, one => Read(one.Results.EvaluationsAsync(which, metric, Token)));
        await SameAsync("attempts", store, remote, one => Read(one.Results.AttemptsAsync(which, Token)));
        await SameAsync("events", store, remote, one => Read(one.Results.EventsAsync(which, Token)));
    }

    private async Task SameAsync<T>(string what, IStore store, IStore remote, Func<IStore, Task<IEnumerable<T>>> read)
    {
        List<string> expected = [.. (await read(store)).Select(Text)];
        Assert.Equal(expected, (await read(remote)).Select(Text));
        _compared[what] = _compared.GetValueOrDefault(what) + expected.Count;
    }

    private static Task<SweepScores> ScoresAsync(IStore store, string sweep) => store.Results.ScoresAsync(
        sweep, [.. new[] { "test_nll", "train_elbo", "seconds", "active_units" }.Select(name => MetricList.Find(name)!)], null,
        Token);

    private static IEnumerable<string> Rows(ScoreColumn column) => Enumerable.Range(0, column.Count)
        .Select(i => $"{column.Points[i]} {column.Seeds[i]} {Bits(column.Values[i])} {column.Samples[i]}");

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static async Task<IEnumerable<string>> RowsAsync(IStore store, string sql)
    {
        var result = await store.QueryAsync(sql, null, TimeSpan.FromSeconds(30), Token);
        var rows = result.Rows.Select(row => string.Join('|', row.Select(value => value is double number
            ? $"double {Bits(number)}" : $"{value?.GetType().Name} {value}")));
        return rows.Prepend(string.Join('|', result.Columns) + result.Truncated);
    }

    private static async Task<IEnumerable<T>> List<T>(Task<IReadOnlyList<T>> list) => await list;

    private static async Task<IEnumerable<T>> Read<T>(IAsyncEnumerable<T> stream) => await stream.ToListAsync(Token);

    private static string Text<T>(T one) =>
        one is TrialRecord record ? Text(record) : JsonSerializer.Serialize<object>(one!, _exact);

    // Parts that were not asked for throw.
    private static string Text(TrialRecord one) => string.Join(' ', typeof(TrialRecord).GetProperties().Select(property =>
    {
        try
        {
            var value = property.GetValue(one);
            return $"{property.Name}={(value is DateTimeOffset at ? at.ToString("O") : value)}";
        }
        catch (TargetInvocationException)
        {
            return $"{property.Name} not asked for";
        }
    }));
}
