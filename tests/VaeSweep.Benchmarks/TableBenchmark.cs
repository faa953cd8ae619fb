using System.Diagnostics;
using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>How long does a researcher wait for a table over 100,000 trials, from SQLite and from PostgreSQL?</summary>
/// <remarks>20,000 configurations by 5 seeds, with whole configurations and three evaluations a trial, grouped by two paths with tests against a baseline, from the
/// question to the rendered text. Target: under 0.5 s. The trials have no epochs: no table of an evaluated metric reads them.</remarks>
internal static class TableBenchmark
{
    private const int Points = 20_000;
    private const int Seeds = 5;
    private const int Workers = 32;
    private const int PerClaim = 200;
    private const int Measured = 9;
    private static readonly TimeSpan _lease = TimeSpan.FromHours(1);

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            await MeasureAsync(output, "SQLite", Path.Combine(folder.FullName, "store.db"), cancellationToken);
            await using var server = await PrivatePostgres.StartAsync(cancellationToken);
            if (server is null)
            {
                await output.WriteLineAsync("PostgreSQL: not installed (apt-get install postgresql)");
                return;
            }

            await MeasureAsync(output, "PostgreSQL", server.Address, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(TextWriter output, string kind, string location, CancellationToken cancellationToken)
    {
        await using var store = StoreFactory.Open(location, TimeProvider.System);
        await store.MigrateAsync(cancellationToken);
        var since = Stopwatch.GetTimestamp();
        await FillAsync(store, cancellationToken);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{kind}: {Points * Seeds:N0} trials stored in {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s"));

        await TableAsync("by two paths, with tests", ["model.latent", "objective.k"]);
        await TableAsync("by every configuration", null);

        async Task TableAsync(string what, string[]? by)
        {
            var request = new ComparisonRequest("bench", MetricCatalog.Get("test_nll"), by, [])
            {
                Baseline = by is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["objective.k"] = "1" },
            };
            var times = new List<double>();
            var processor = TimeSpan.Zero;
            var lines = 0;
            for (var run = 0; run <= Measured; run++)
            {
                var start = Stopwatch.GetTimestamp();
                var before = Environment.CpuUsage.TotalTime;
                var table = await ComparisonBuilder.BuildAsync(store, request, cancellationToken);
                lines = ComparisonRenderer.Render(table, OutputFormat.Csv, Terminal.Plain).Count(c => c == '\n');
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                processor += run == 0 ? TimeSpan.Zero : Environment.CpuUsage.TotalTime - before;
            }

            var warm = times.Skip(1).Order().ToList();
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{kind}, {what,-26} {lines - 1,6} rows   first {times[0]:0.000} s   median of {Measured}: {warm[Measured / 2]:0.000} s   ({warm[0]:0.000} to {warm[^1]:0.000}), {processor.TotalSeconds / Measured:0.000} s of this process's processor time"));
        }
    }

    private static async Task FillAsync(IStore store, CancellationToken cancellationToken)
    {
        await store.SubmitAsync(new SweepSubmission("bench", ""), Expand(), cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(store, worker, cancellationToken), cancellationToken)));
    }

    private static async Task WorkAsync(IStore store, int worker, CancellationToken cancellationToken)
    {
        while (true)
        {
            var claims = await store.ClaimAsync(new ClaimRequest($"w{worker}", "cpu:0", Guid.NewGuid().ToString("N"), _lease, PerClaim), cancellationToken);
            if (claims.Count == 0)
            {
                return;
            }

            foreach (var claim in claims)
            {
                await store.FinishAsync(claim.Attempt, Scores(claim), cancellationToken);
            }
        }
    }

    // Any numbers that differ from trial to trial.
    private static AttemptEnd Scores(Claim claim)
    {
        var value = 80 + (Convert.ToInt32(claim.TrialId[..4], 16) / 6553.6);
        return new AttemptEnd(AttemptOutcome.Succeeded)
        {
            Evaluations = [new("test_nll", value, 500, 10_000), new("test_elbo", -value - 3, 1, 10_000), new("active_units", Math.Floor(value / 5), 1, 10_000)],
        };
    }

    private static IEnumerable<Trial> Expand()
    {
        int[] latents = [2, 5, 10, 20, 50, 100, 200, 500];
        int[] samples = [1, 5, 10, 50];
        var index = 0L;
        for (var point = 0; point < Points; point++)
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var config = new TrialConfig
                {
                    Dataset = new DatasetConfig(),
                    Evaluate = new EvaluateConfig(),
                    Model = new ModelConfig { Layers = [latents[point % latents.Length]] },
                    Objective = new ObjectiveConfig { Bound = "iwae", K = samples[point / latents.Length % samples.Length] },
                    Train = new TrainConfig { Adam = new AdamConfig { Lr = 1e-4 * (1 + (point / (latents.Length * samples.Length))) } },
                    Seed = seed,
                };
                yield return TrialConfigJson.ToTrial(config, index++) with { Epochs = 0, PackKey = "pack" };
            }
        }
    }
}
