using System.Diagnostics;

namespace VaeSweep.Sweeps.Tests;

/// <summary>Nothing that reads or expands a sweep takes more than n log n of its values: what was quadratic took minutes at these
/// sizes, and seconds are
/// allowed.</summary>
public sealed class GrowthTests
{
    private const int Many = 200_000;
    private static readonly TimeSpan _allowed = TimeSpan.FromSeconds(60);

    public static TheoryData<string, long, string> Files() => new()
    {
        { "log_range", 300_000, "parameters: { objective.beta: { log_range: [1.0e-6, 1, 300000] } }" },
        { "log_range of whole numbers", 1000, $"parameters: {{ objective.k: {{ log_range: [1, 1000, {Many}] }} }}" },
        { "range", Many, $"parameters: {{ objective.k: {{ range: [1, {Many}] }} }}" },
        { "list", Many, $"parameters: {{ objective.k: [{string.Join(',', Enumerable.Range(1, Many))}] }}" },
        { "zip", Many / 2, $"zip: {{ objective.k: [{string.Join(',', Enumerable.Range(1, Many / 2))}], "
            + $"objective.beta: [{string.Join(',', Enumerable.Range(1, Many / 2))}] }}" },
        { "seeds", Many, $"seeds: [{string.Join(',', Enumerable.Range(1, Many))}]" },
        { "seeds of many blocks", 200_000_000, "chain:\n" + Blocks(200, "seeds: 1000000") },
        { "blocks", 3_000, "chain:\n" + Blocks(3_000, "seeds: 1") },
        { "when", 20_000,
            $"parameters: {{ objective.k: {{ range: [1, 20000] }} }}\nwhen: "
            + $"{{ objective.k: [{string.Join(',', Enumerable.Range(1, 20_000))}] }}" },
        { "random", 50_000, "method: random\ntrials: 50000\nparameters: { objective.beta: { uniform: [0.1, 100] } }" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_large_file_is_read_and_counted_in_time_that_grows_with_it(string what, long trials, string text)
    {
        var clock = Stopwatch.StartNew();

        var sweep = SweepFile.Parse("name: a\ndataset: { name: sprites, train: 100 }\n" + text);

        Assert.Equal(trials, sweep.Count());
        Assert.True(clock.Elapsed < _allowed, $"{what}: {clock.Elapsed.TotalSeconds:F1} s");
    }

    [Fact]
    public void A_file_of_nothing_but_faults_is_given_up_early()
    {
        var clock = Stopwatch.StartNew();
        var text = "name: a\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"wrong_key_{i}: 1\n"));

        var faults = Assert.Throws<SweepFileException>(() => SweepFile.Parse(text)).Faults;

        Assert.InRange(faults.Count, 100, 1_000);
        Assert.True(clock.Elapsed < _allowed, $"{clock.Elapsed.TotalSeconds:F1} s");
    }

    private static string Blocks(int count, string more) =>
        string.Concat(Enumerable.Range(1, count).Select(k => $"  - {{ objective: {{ k: {k} }}, {more} }}\n"));
}
