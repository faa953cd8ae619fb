using System.Diagnostics;
using System.Globalization;
using VaeSweep.Cluster.Tests.Simulation;

namespace VaeSweep.Cluster.Tests.Former;

/// <summary>Thousands of whole clusters under a virtual clock. A history is its seed: VAESWEEP_HISTORY=SEED lives one again, VAESWEEP_HISTORIES=N as many.</summary>
public sealed class RandomHistoryTests(ITestOutputHelper output)
{
    private const int Histories = 2_000;

    [Fact]
    public void Whatever_happens_every_trial_ends_once_with_each_epoch_once_and_no_stale_write_counts()
    {
        int[] seeds = Number("VAESWEEP_HISTORY") is { } one ? [one] : [.. Enumerable.Range(1, Number("VAESWEEP_HISTORIES") ?? Histories)];
        var writes = 0L;
        var began = Stopwatch.GetTimestamp();

        Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var history = new ClusterHistory(seed);
            try
            {
                history.Live();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"history {seed} (VAESWEEP_HISTORY={seed} lives it again): {e.Message}\n{history.Log}", e);
            }

            Interlocked.Add(ref writes, history.Writes);
        });

        output.WriteLine($"{seeds.Length} histories with {writes} writes in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
        Assert.NotEqual(0, writes);
    }

    /// <summary>What the histories above are worth: a store that is wrong does not get through a few of them.</summary>
    [Theory]
    [InlineData(StoreFlaw.Fencing, "took effect on trial")]
    [InlineData(StoreFlaw.Cap, "run after a claim")]
    [InlineData(StoreFlaw.Priority, "which has a higher priority and room")]
    public void A_store_that_breaks_a_rule_is_found_out(StoreFlaw flaw, string breach)
    {
        var found = Enumerable.Range(1, 50).Count(seed =>
        {
            var history = new ClusterHistory(seed, flaw);

            var failure = Record.Exception(history.Live);

            return failure is not null && history.Breaches.Any(b => b.Contains(breach, StringComparison.Ordinal));
        });

        output.WriteLine($"{found} of 50 histories find it");
        Assert.InRange(found, 3, 50);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
