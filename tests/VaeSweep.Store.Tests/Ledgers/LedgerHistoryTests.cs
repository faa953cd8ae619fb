using System.Globalization;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>Random histories of the Ledger. A history is its seed: VAESWEEP_LEDGER_HISTORY=SEED lives one again.</summary>
public sealed class LedgerHistoryTests(ITestOutputHelper output)
{
    private const int Histories = 150;
    private const int Steps = 150;

    [Fact]
    public void Whatever_happens_what_was_stored_makes_an_equal_ledger_that_goes_on_alike_and_no_rule_is_broken()
    {
        int[] seeds = int.TryParse(Environment.GetEnvironmentVariable("VAESWEEP_LEDGER_HISTORY"), CultureInfo.InvariantCulture,
            out var one)
            ? [one]
            : [.. Enumerable.Range(Long.Seed(1), Long.Of(Histories, 10_000))];
        var succeeded = 0L;
        foreach (var seed in seeds)
        {
            var history = new LedgerHistory(seed);
            var failure = Record.Exception(() => history.Live(Steps));

            Assert.True(failure is null, $"history {seed}: {failure}\n{history.Said}");
            Assert.True(history.Witness.Breaches.Count == 0,
                $"history {seed}: {string.Join('\n', history.Witness.Breaches)}\n{history.Said}");
            succeeded += history.Succeeded;
        }

        Assert.NotEqual(0, succeeded);
        Long.Proved($"{seeds.Length} simulated histories of the Ledger, in which {succeeded} trials succeeded");
    }

    /// <summary>What the histories above are worth: a Ledger without a rule does not get through a few of them.</summary>
    [Theory]
    [InlineData(LedgerFlaw.Fences, "of a stale attempt took effect")]
    [InlineData(LedgerFlaw.Caps, "run after a grant")]
    [InlineData(LedgerFlaw.Priorities, "which has a higher priority and room")]
    [InlineData(LedgerFlaw.Budgets, "used up")]
    [InlineData(LedgerFlaw.Generations, "of another history took effect")]
    [InlineData(LedgerFlaw.Sharing, "and somebody refers to it")]
    public void A_ledger_without_a_rule_is_found_out(LedgerFlaw flaw, string breach)
    {
        var rules = new LedgerRules
        {
            Fences = flaw != LedgerFlaw.Fences, Caps = flaw != LedgerFlaw.Caps, Priorities = flaw != LedgerFlaw.Priorities,
            Budgets = flaw != LedgerFlaw.Budgets, Generations = flaw != LedgerFlaw.Generations,
            Sharing = flaw != LedgerFlaw.Sharing,
        };

        var found = Enumerable.Range(1, 50).Count(seed =>
        {
            var history = new LedgerHistory(seed, rules);
            // What breaks besides does not matter: the witness must have seen it.
            Record.Exception(() => history.Live(Steps));
            return history.Witness.Breaches.Exists(one => one.Contains(breach, StringComparison.Ordinal));
        });

        output.WriteLine($"{found} of 50 histories find it");
        Assert.InRange(found, 3, 50);
    }
}
