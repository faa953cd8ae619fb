using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>A large sweep whose every trial has succeeded, for tables over it.</summary>
internal static class TableSweep
{
    private const int Rates = 625;
    private const int Workers = 32;
    private const int PerClaim = 200;

    private static readonly string _rates = string.Join(
        ", ", Enumerable.Range(1, Rates).Select(i => (1e-5 * i).ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>20,000 configurations by 5 seeds.</summary>
    internal static readonly string Definition = $$"""
        name: bench
        dataset: { name: mnist }
        objective: { bound: iwae }
        parameters:
          train.optimizer.adam.lr: [{{_rates}}]
          objective.k: [1, 5, 10, 50]
          model.latent: [2, 5, 10, 20, 50, 100, 200, 500]
        seeds: 5
        table: { by: [model.latent, objective.k], metric: test_nll }
        """;

    internal static ComparisonRequest Grouped { get; } =
        new("bench", MetricCatalog.Get("test_nll"), ["model.latent", "objective.k"], [])
    {
        Baseline = new Dictionary<string, string>(StringComparer.Ordinal) { ["objective.k"] = "1" },
    };

    /// <summary>Has every trial of a store granted and finished.</summary>
    internal static Task FinishAsync(IStore store, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers)
            .Select(worker => Task.Run(() => WorkAsync(store, worker, cancellationToken), cancellationToken)));

    private static async Task WorkAsync(IStore store, int worker, CancellationToken cancellationToken)
    {
        while (true)
        {
            var claims = await store.ClaimAsync(
                new ClaimRequest($"w{worker}", "cpu:0", Guid.NewGuid().ToString("N"), PerClaim), cancellationToken);
            if (claims.Count == 0)
                return;

            await Task.WhenAll(claims.Select(claim => store.FinishAsync(claim.Attempt, Scores(claim), cancellationToken)));
        }
    }

    // Any numbers that differ from trial to trial.
    private static AttemptEnd Scores(Claim claim)
    {
        var value = 80 + (Convert.ToInt32(claim.TrialId[..4], 16) / 6553.6);
        return new AttemptEnd(AttemptOutcome.Succeeded)
        {
            Evaluations = [new("test_nll", value, 500, 10_000), new("test_elbo", -value - 3, 1, 10_000),
                new("active_units", Math.Floor(value / 5), 1, 10_000)],
        };
    }
}
