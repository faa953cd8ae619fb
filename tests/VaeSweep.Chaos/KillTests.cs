namespace VaeSweep.Chaos;

/// <summary>kill -9 at any moment, then `vaesweep resume`: the same numbers to the last bit, nothing lost and nothing run
/// twice.</summary>
public sealed class KillTests(References references)
{
    /// <summary>Writes before the trainers are at work.</summary>
    private const int StartUpWrites = 20;

    private static readonly int _rounds = Long.Of(4, 40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_killed_at_random_moments_ends_as_one_that_never_was()
    {
        var reference = await references.OfAsync(Sweeps.Short(), Token);
        var (_, writes) = await references.MeasureAsync(Sweeps.Short(), Token);
        Assert.True(writes > StartUpWrites, $"only {writes} writes were seen");

        for (var round = 0; round < _rounds; round++)
        {
            // The seed and what is drawn from it tell a failing round.
            var random = new Random(round);
            var accidents = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Accident.Draw(random, writes)).ToList();
            TestContext.Current.SendDiagnosticMessage("round {0}: {1}", round, string.Join(", ", accidents));
            await AssertHarmlessAsync(Sweeps.Short(), accidents, reference);
        }
    }

    [Fact]
    public async Task Kills_in_a_row_while_starting_do_no_harm()
    {
        var reference = await references.OfAsync(Sweeps.Short(), Token);
        var random = new Random(_rounds);
        var accidents = Enumerable.Range(0, 6).Select(_ => Accident.Draw(random, StartUpWrites) with { Victim = Victim.Everyone })
            .ToList();

        await AssertHarmlessAsync(Sweeps.Short(), accidents, reference);
    }

    [Fact]
    public async Task A_killed_run_on_MNIST_ends_as_one_that_never_was()
    {
        var promised = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
        var there = Environment.GetEnvironmentVariable("VAESWEEP_DATA") is { Length: > 0 };
        Assert.SkipWhen(!there && !promised, "VAESWEEP_DATA is not set: no real data here.");
        Assert.True(there, "CI promises real data, but VAESWEEP_DATA is not set.");
        var sweep = Sweeps.Short(epochs: 3, dataset: "mnist");
        var reference = await references.OfAsync(sweep, Token);
        var (_, writes) = await references.MeasureAsync(sweep, Token);
        var random = new Random(3);

        await AssertHarmlessAsync(sweep, [Accident.Draw(random, writes), Accident.Draw(random, writes)], reference);
    }

    private static async Task AssertHarmlessAsync(string sweep, IReadOnlyList<Accident> accidents, Outcome reference)
    {
        using var desk = new Desk(sweep);
        foreach (var accident in accidents)
            await accident.StrikeAsync(desk, await desk.IsStoredAsync(Token) ? desk.Resume : desk.Run, Token);

        var table = await desk.FinishAsync(Token);

        (await Outcome.ReadAsync(desk, table, Token)).AssertSameAs(reference);
        await Order.AssertFinishedAsync(desk, Token);
    }
}
