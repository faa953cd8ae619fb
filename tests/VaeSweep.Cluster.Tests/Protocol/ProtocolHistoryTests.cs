using System.Diagnostics;
using System.Globalization;
using VaeSweep.Cluster.Tests.Protocol.Simulation;

namespace VaeSweep.Cluster.Tests.Protocol;

/// <summary>Thousands of heads with their nodes under a virtual clock. A history is its seed: VAESWEEP_PROTOCOL_HISTORY=SEED
/// lives one again, VAESWEEP_HISTORIES=N as many.</summary>
public sealed class ProtocolHistoryTests(ITestOutputHelper output)
{
    private const int Histories = 2_000;
    private const int Searches = 150;

    [Fact]
    public void Whatever_happens_every_trial_ends_once_with_each_report_once_as_if_nothing_had_happened()
    {
        int[] seeds = Number("VAESWEEP_PROTOCOL_HISTORY") is { } one
            ? [one]
            : [.. Enumerable.Range(Long.Seed(1), Number("VAESWEEP_HISTORIES") ?? Long.Of(Histories, 50_000))];
        var (writes, messages) = (0L, 0L);
        var began = Stopwatch.GetTimestamp();

        Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var history = new ProtocolHistory(seed);
            var failure = Record.Exception(history.Live);

            Assert.True(
                failure is null,
                $"history {seed} (VAESWEEP_PROTOCOL_HISTORY={seed} lives it again):\n{history.Said}\n{failure}");
            Interlocked.Add(ref writes, history.Writes);
            Interlocked.Add(ref messages, history.Messages);
        });

        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Assert.NotEqual(0, writes);
        Long.Proved(
            $"{seeds.Length} simulated histories of a head and nodes: {writes} reports, {messages} messages, in {took:F1} s");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("{ asha: { min_epochs: 1, reduction: 3 } }")]
    [InlineData("{ hyperband: { min_epochs: 1, reduction: 2 } }")]
    [InlineData("{ median: { min_epochs: 2, every: 2 } }")]
    [InlineData("{ pbt: { every: 2 } }")]
    public void Whatever_happens_no_trial_of_a_search_is_lost_none_passes_a_rung_twice_and_none_waits_for_ever(string scheduler)
    {
        int[] seeds = Number("VAESWEEP_PROTOCOL_HISTORY") is { } one
            ? [one]
            : [.. Enumerable.Range(Long.Seed(1), Number("VAESWEEP_HISTORIES") ?? Long.Of(Searches, Histories))];
        var trials = 0L;
        var began = Stopwatch.GetTimestamp();

        Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var history = new ProtocolHistory(seed, scheduler: scheduler);
            var failure = Record.Exception(history.Live);

            Assert.True(
                failure is null,
                $"history {seed} (VAESWEEP_PROTOCOL_HISTORY={seed} lives it again):\n{history.Said}\n{failure}");
            Interlocked.Add(ref trials, history.Searched);
        });

        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Long.Proved($"{seeds.Length} simulated histories of searches, scheduler {scheduler}: {trials} trials, in {took:F1} s");
    }

    /// <summary>What the histories above are worth: a protocol without a rule does not get through a few of them.</summary>
    [Theory]
    [InlineData(ProtocolFlaw.Fences, "a stale report took effect")]
    [InlineData(ProtocolFlaw.Generations, "of another history took effect")]
    [InlineData(ProtocolFlaw.Resends, "no end")]
    [InlineData(ProtocolFlaw.Durability, "was acknowledged and is not kept")]
    [InlineData(ProtocolFlaw.Orphans, "no end")]
    [InlineData(ProtocolFlaw.Numbers, "was acknowledged and is not kept")]
    public void A_protocol_without_a_rule_is_found_out(ProtocolFlaw flaw, string breach)
    {
        const int Enough = 3;
        var (found, lived) = (0, 0);

        while (found < Enough && lived < 300)
        {
            var history = new ProtocolHistory(++lived, flaw);
            Record.Exception(history.Live);
            if (history.Breaches.Any(one => one.Contains(breach, StringComparison.Ordinal)))
                found++;
        }

        output.WriteLine($"{found} of {lived} histories find it");
        Assert.Equal(Enough, found);
    }

    private static int? Number(string variable)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
