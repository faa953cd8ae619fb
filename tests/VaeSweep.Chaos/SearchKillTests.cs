using VaeSweep.Store;

namespace VaeSweep.Chaos;

/// <summary>kill -9 at any moment of a search that stops trials early: each trial stands where the log says that it was sent, and
/// has the numbers of one that was trained without a pause, to the last bit.</summary>
public sealed class SearchKillTests(References references)
{
    private const int Top = 9;
    private static readonly int _rounds = Long.Of(2, 20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_killed_at_random_moments_ends_where_its_log_says_with_the_numbers_of_whole_trials()
    {
        var whole = await references.OfAsync(Sweeps.Searching("none"), Token);
        var sweep = Sweeps.Searching($"{{ asha: {{ min_epochs: 1, reduction: 3 }} }}");
        var writes = await UndisturbedAsync(sweep, whole);

        for (var round = 0; round < _rounds; round++)
        {
            var random = new Random(Long.Seed(0) + round);
            using var desk = new Desk(sweep);
            for (var accidents = 2 + random.Next(3); accidents > 0; accidents--)
            {
                var accident = Accident.Draw(random, writes);
                TestContext.Current.SendDiagnosticMessage("round {0}: {1}", round, accident);
                await accident.StrikeAsync(desk, await desk.IsStoredAsync(Token) ? desk.Resume : desk.Run, Token);
            }

            await AssertFinishedAsync(desk, await desk.FinishAsync(Token), whole);
        }
    }

    /// <returns>How many writes it makes.</returns>
    private static async Task<int> UndisturbedAsync(string sweep, Outcome whole)
    {
        using var desk = new Desk(sweep);
        using var writes = new Writes(desk.Folder);
        var table = await desk.DoAsync(desk.Run, Token);
        var count = writes.Count;
        await AssertFinishedAsync(desk, table, whole);
        return count;
    }

    private static async Task AssertFinishedAsync(Desk desk, string table, Outcome whole)
    {
        await Order.AssertNothingHeldAsync(desk, Token);
        var trials = await desk.QueryAsync("SELECT trial, state, epochs_done, reason FROM trials ORDER BY trial", Token);
        Assert.Equal(Sweeps.SearchedPoints, trials.Count);
        Assert.Contains(trials, one => (string)one[1]! == "succeeded");
        foreach (var trial in trials)
            await AssertStandsAsync(desk, (string)trial[0]!, (string)trial[1]!, (long)trial[2]!, $"{trial[3]}");

        // Every third of those that came to a rung was sent on, and no more.
        Assert.Equal(
            [Sweeps.SearchedPoints / 3, Sweeps.SearchedPoints / Top],
            new[] { 1, 3 }.Select(rung => trials.Count(one => (long)one[2]! > rung)));
        await AssertSameNumbersAsync(desk, table, whole);
    }

    /// <summary>The log says once for each rung that it was sent on, and where it was ended.</summary>
    private static async Task AssertStandsAsync(Desk desk, string trial, string state, long epochs, string reason)
    {
        var told = await desk.QueryAsync(
            $"SELECT epoch, event FROM events WHERE trial = '{trial}' AND event IN ('promoted', 'ended') ORDER BY epoch", Token);
        long[] rungs = [.. new long[] { 1, 3 }.Where(rung => rung < epochs)];

        Assert.Equal(rungs, told.Where(one => (string)one[1]! == "promoted").Select(one => (long)one[0]!));
        Assert.Equal(
            state == "succeeded" ? [] : [epochs], told.Where(one => (string)one[1]! == "ended").Select(one => (long)one[0]!));
        Assert.True(
            state == "succeeded" ? epochs == Top
                : state == "stopped" && reason.StartsWith(Ledger.EndedBy, StringComparison.Ordinal),
            $"trial {trial} is {state} at {epochs} epochs: {reason}");
        Assert.Equal(
            Enumerable.Range(1, (int)epochs).Select(one => (long)one),
            (await desk.QueryAsync($"SELECT epoch FROM epochs WHERE trial = '{trial}' ORDER BY epoch", Token))
                .Select(one => (long)one[0]!));
    }

    private static async Task AssertSameNumbersAsync(Desk desk, string table, Outcome whole)
    {
        var found = await Outcome.ReadAsync(desk, table, Token);
        var known = whole.Rows.ToHashSet(StringComparer.Ordinal);
        Assert.All(
            found.Rows.Where(row => !row.StartsWith("trials: ", StringComparison.Ordinal)), row => Assert.Contains(row, known));
        Assert.All(found.Models, model => Assert.True(
            model.Value.AsSpan().SequenceEqual(whole.Models[model.Key]), $"the model of {model.Key} differs"));
    }
}
