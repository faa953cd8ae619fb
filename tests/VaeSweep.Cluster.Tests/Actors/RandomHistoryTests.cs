using System.Diagnostics;
using System.Globalization;
using VaeSweep.Cluster.Tests.Simulation;

namespace VaeSweep.Cluster.Tests.Actors;

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

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
