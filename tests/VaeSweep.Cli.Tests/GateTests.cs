using System.Text.RegularExpressions;
using VaeSweep.Benchmarks;

namespace VaeSweep.Cli.Tests;

/// <summary>The line that each benchmark prints for a limit it keeps or misses.</summary>
public sealed partial class GateTests
{
    [Theory]
    [InlineData(1.93456, "gate step, PyTorch / ours: 1.934 (at least 1.75)")]
    [InlineData(12, "gate step, PyTorch / ours: 12.000 (at least 1.75)")]
    public void A_lower_limit_is_told_in_one_line(double value, string line) =>
        Assert.Equal(line, Gate.Least("step, PyTorch / ours", value, 1.75).ToString());

    [Fact]
    public void An_upper_limit_is_told_in_one_line() =>
        Assert.Equal("gate trainer, resident memory, MB: 213.401 (at most 250)",
            Gate.Most("trainer, resident memory, MB", 213.4001, 250).ToString());

    [Theory]
    [InlineData(1.0299, true)]
    [InlineData(1.02999, true)]
    [InlineData(1.0500001, false)]
    public void A_value_that_misses_is_never_rounded_to_one_that_keeps(double value, bool least)
    {
        var gate = least ? Gate.Least("ratio", value, 1.03) : Gate.Most("ratio", value, 1.05);

        Assert.False(gate.Kept);
        var read = Line().Match(gate.ToString());
        Assert.True(least ? double.Parse(read.Groups[2].Value) < 1.03 : double.Parse(read.Groups[2].Value) > 1.05,
            gate.ToString());
    }

    [Fact]
    public void The_limit_itself_is_kept_and_no_number_keeps_any()
    {
        Assert.True(Gate.Least("ratio", 1.9, 1.9).Kept);
        Assert.True(Gate.Most("ratio", 1.05, 1.05).Kept);
        Assert.False(Gate.Least("ratio", double.NaN, 1.9).Kept);
        Assert.False(Gate.Most("ratio", double.NaN, 1.05).Kept);
    }

    [Theory]
    [InlineData("")]
    [InlineData("step: ours")]
    [InlineData("step\nours")]
    public void A_name_that_a_script_could_not_read_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Gate.Least(name, 1, 1));

    [GeneratedRegex(@"^gate ([^:\n]+): ([0-9.]+) \(at (least|most) ([0-9.]+)\)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Line();
}
