using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>What the Ledger's own readers say is what SQL over the documented views says, for whatever happened before.</summary>
public sealed class LedgerResultsTests : IDisposable
{
    private const int Histories = 16;
    private const int Steps = 250;

    private static readonly JsonSerializerOptions _exact =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-results-");
    private readonly ManualTime _time = new();
    private readonly Dictionary<string, int> _compared = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Typed_readers_and_the_views_say_the_same_of_any_history()
    {
        for (var seed = 1; seed <= Histories; seed++)
        {
            var history = new LedgerHistory(seed);
            history.Live(Steps);
            ILedgerLog log = seed % 4 == 0
                ? new LiteDbLedgerLog(Path.Combine(_folder.FullName, $"{seed}.db"), _time) : new MemoryLedgerLog();
            log.Load();
            foreach (var commit in history.Stored)
                log.Commit(commit);
            await using var store = new LedgerStore(log, _time, new StoreOptions { ReadOnly = true });
            await CompareAsync(store, new Random(seed));
        }

        Assert.All(_compared, one => Assert.True(one.Value > 15, $"only {one.Value} of {one.Key} were compared"));
    }

    private async Task CompareAsync(LedgerStore store, Random random)
    {
        var (ours, sql) = (store.Results, new SqlResults(store));
        foreach (var sweep in (await store.ListSweepsAsync(Token)).Select(one => one.Name))
        {
            Same("points", await sql.PointsAsync(sweep, Token), await ours.PointsAsync(sweep, Token));
            await CompareScoresAsync(sweep, ours, sql);
            foreach (var which in Filters(sweep, await Trials(ours, sweep), random))
                await CompareAsync(which, ours, sql);
        }

        await CompareAsync(new TrialFilter(), ours, sql);
        var last = new TrialFilter { LastFinishedFirst = true, DeviceKind = "cpu" };
        Same("last finished",
            (await Read(sql.TrialsAsync(last, TrialParts.None, Token))).Select(one => one.Id).Order(StringComparer.Ordinal),
            (await Read(ours.TrialsAsync(last, TrialParts.None, Token))).Select(one => one.Id).Order(StringComparer.Ordinal));
    }

    private async Task CompareAsync(TrialFilter which, IResults ours, SqlResults sql)
    {
        foreach (var parts in new[] { TrialParts.None, TrialParts.All })
        {
            Same($"trials, {parts}", (await Read(sql.TrialsAsync(which, parts, Token)))
                .Select(Whole), (await Read(ours.TrialsAsync(which, parts, Token))).Select(Whole));
        }
        foreach (var what in new[] { new CurveRequest(["train_elbo", "seconds"]) { Attempts = true },
            new CurveRequest(["beta"]) { LastEpoch = true } })
        {
            Same("curves", await Read(sql.CurvesAsync(which, what, Token)), await Read(ours.CurvesAsync(which, what, Token)));
        }
        Same("units", await Read(sql.UnitsAsync(which, Token)), await Read(ours.UnitsAsync(which, Token)));
        foreach (var metric in new[] { null, "test_nll" })
        {
            Same("evaluations", await Read(sql.EvaluationsAsync(which, metric, Token)),
                await Read(ours.EvaluationsAsync(which, metric, Token)));
        }
        Same("attempts", (await Read(sql.AttemptsAsync(which, Token)))
            .Select(Whole), (await Read(ours.AttemptsAsync(which, Token))).Select(Whole));
        Same("events", await Read(sql.EventsAsync(which, Token)), await Read(ours.EventsAsync(which, Token)));
    }

    private async Task CompareScoresAsync(string sweep, IResults ours, SqlResults sql)
    {
        Metric[] metrics = [.. new[] { "test_nll", "train_elbo", "seconds", "active_units" }
            .Select(name => MetricList.Find(name)!)];
        var (theirs, found) = (await sql.ScoresAsync(sweep, metrics, null, Token),
            await ours.ScoresAsync(sweep, metrics, null, Token));
        // The views' counts are of those that confirm and of the others together.
        Same("counts", Counted(theirs.Counts), Counted(found.Counts.GroupBy(one => (one.Point, one.State)).Select(
            one => new PointCount(one.Key.Point, one.Key.State, one.Sum(count => count.Trials)))));
        Same("counts", Counted((await Read(sql.TrialsAsync(TrialFilter.WantedOf(sweep), TrialParts.None, Token)))
            .Where(one => one.Round > 0).GroupBy(one => (one.Point, one.State))
            .Select(one => new PointCount(one.Key.Point, one.Key.State, one.Count(), Confirms: true))),
            Counted(found.Counts.Where(one => one.Confirms)));
        // The views have the scores of imported trials that failed, too.
        var succeeded = (await Read(
            ours.TrialsAsync(TrialFilter.WantedOf(sweep) with { State = TrialState.Succeeded }, TrialParts.None, Token)))
            .Select(one => (one.Point, one.Seed)).ToHashSet();
        for (var i = 0; i < metrics.Length; i++)
            Same($"scores, {metrics[i].Name}", Rows(theirs.Metrics[i], succeeded), Rows(found.Metrics[i], succeeded));
    }

    private static IEnumerable<string> Counted(IEnumerable<PointCount> counts) =>
        counts.Select(one => $"{one}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Rows(ScoreColumn column, HashSet<(long, long)> among) => column.ByTrial()
        .Where(one => among.Contains(one.Key))
        .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}")).Order(StringComparer.Ordinal);

    private static IEnumerable<TrialFilter> Filters(string sweep, List<TrialRecord> trials, Random random)
    {
        yield return TrialFilter.AllOf(sweep);
        yield return TrialFilter.WantedOf(sweep) with { State = TrialState.Succeeded };
        yield return TrialFilter.AllOf(sweep) with { Limit = 2 };
        yield return TrialFilter.AllOf(sweep) with { DeviceKind = "cpu" };
        if (trials.Count == 0)
            yield break;
        var some = trials.OrderBy(_ => random.Next()).Take(3).ToList();
        yield return TrialFilter.AllOf(sweep) with { Ids = [.. some.Select(one => one.Id)] };
        yield return TrialFilter.AllOf(sweep) with { Points = [.. some.Select(one => one.Point)] };
    }

    private static Task<List<TrialRecord>> Trials(IResults results, string sweep) =>
        Read(results.TrialsAsync(TrialFilter.AllOf(sweep), TrialParts.None, Token));

    // The views have milliseconds, and the sweep alone of what was taken over.
    private static TrialRecord Whole(TrialRecord one) => one with
    {
        StartedAt = Whole(one.StartedAt), FinishedAt = Whole(one.FinishedAt),
        Source = one.Source is { IsImported: false } sweep ? sweep with { Trial = 1 } : one.Source,
    };

    private static AttemptRecord Whole(AttemptRecord one) => one with
    {
        StartedAt = Whole(one.StartedAt)!.Value, EndedAt = Whole(one.EndedAt),
        Provenance = one.Provenance is { Length: > 0 } known ? known : null,
    };

    private static DateTimeOffset? Whole(DateTimeOffset? at) => at is { } known
        ? DateTimeOffset.FromUnixTimeMilliseconds(known.ToUnixTimeMilliseconds()) : null;

    private static async Task<List<T>> Read<T>(IAsyncEnumerable<T> stream) => await stream.ToListAsync(Token);

    private void Same<T>(string what, IEnumerable<T> expected, IEnumerable<T> found)
    {
        List<string> texts = [.. expected.Select(Text)];
        Assert.Equal(texts, found.Select(Text));
        _compared[what] = _compared.GetValueOrDefault(what) + texts.Count;
    }

    private static string Text<T>(T one) => one is TrialRecord record
        ? Text(record) : JsonSerializer.Serialize<object>(one!, _exact);

    // Parts that were not asked for throw.
    private static string Text(TrialRecord one) =>
        string.Join(' ', typeof(TrialRecord).GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property =>
    {
        try
        {
            var value = property.GetValue(one);
            return $"{property.Name}={(value is IEnumerable<string> words ? string.Join(',', words) : value)}";
        }
        catch (System.Reflection.TargetInvocationException)
        {
            return $"{property.Name} not asked for";
        }
    }));
}
