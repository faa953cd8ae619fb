using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>A configuration travels whole to the node that trains it, in one message.</summary>
public sealed class ConfigurationSizeTests
{
    private static readonly DateTimeOffset _now = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Ledger _ledger = new();

    public ConfigurationSizeTests() => _ledger.Start(new string('a', 32), 7, moved: false, _now);

    [Theory]
    [InlineData(400_000, 'x', true)]
    [InlineData(400_001, 'x', false)]
    [InlineData(399_999, 'é', true)]
    [InlineData(400_001, 'é', false)]
    public void One_that_no_message_could_carry_is_refused_when_it_is_planned_submitted_or_imported(
        int bytes, char letter, bool fits)
    {
        var trial = Trial(bytes, letter);
        Action[] ways =
        [
            () => _ledger.Plan(new SweepSubmission("s", ""), [trial]),
            () => _ledger.Submit(new SweepSubmission("s", "d"), [trial], _now),
            () => _ledger.Import(
                new SweepSubmission("i", "d"),
                [new ImportedTrial(trial, TrialState.Stopped, "w")], _now),
        ];
        foreach (var way in ways)
        {
            var refused = Record.Exception(way);
            if (fits)
            {
                Assert.Null(refused);
            }
            else
            {
                Assert.Contains(
                    $"The configuration of trial 000000000000 (number 3) has {bytes} bytes; at most 400000 can be sent",
                    Assert.IsType<StoreException>(refused).Message, StringComparison.Ordinal);
            }
        }
    }

    private static Trial Trial(int bytes, char letter)
    {
        const string Start = "{\"a\":\"";
        const string End = "\",\"seed\":1}";
        var inside = bytes - Start.Length - End.Length;
        var letters = letter == 'é' ? new string(letter, inside / 2) + new string('x', inside % 2) : new string(letter, inside);
        return new Trial(3, new string('0', 64), Start + letters + End, 1, "p", 1);
    }
}
