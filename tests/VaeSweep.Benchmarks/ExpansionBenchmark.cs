using System.Diagnostics;
using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>How long does a sweep of a million trials take to expand into fingerprinted trials, and how much memory is held
/// meanwhile?</summary>
/// <remarks>Target: under 10 s, in memory that does not grow with the number of trials.</remarks>
internal static class ExpansionBenchmark
{
    private const string Sweep = """
        name: million
        dataset: { name: mnist }
        parameters:
          model.decoder: [bernoulli, gaussian]
          model.latent: [2, 5, 10, 20, 50]
          objective.bound: [elbo, iwae]
          objective.k: [1, 2, 5, 10, 50]
          model.batch_norm: [false, true]
          objective.warmup_epochs: [0, 10, 20, 50, 100]
        seeds: 0..999
        """;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var definition = SweepFile.Parse(Sweep);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var since = Stopwatch.GetTimestamp();
        long count = 0, held = 0;
        foreach (var trial in definition.Expand(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++count % 250_000 == 0)
                held = Math.Max(held, GC.GetTotalMemory(forceFullCollection: true) - before);

            GC.KeepAlive(trial);
        }

        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{count:N0} trials expanded in {seconds:0.00} s ({count / seconds:N0} a second), at most {held / 1e6:0.0} MB held   "
                + $"target: a million in under 10 s"));
    }
}
