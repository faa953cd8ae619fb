using System.Diagnostics;
using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>How long does a researcher wait for a table over 100,000 trials, from SQLite and from PostgreSQL?</summary>
/// <remarks>20,000 configurations by 5 seeds, with whole configurations and three evaluations a trial, grouped by two paths with tests against a baseline: from the
/// question to the rendered text in this process, and as the command `vaesweep table`, with the start of its process. Target: under 0.5 s.
/// The trials have no epochs: no table of an evaluated metric reads them. `-- table STORE...` measures stores that stay, filled where they are empty.</remarks>
internal static class TableBenchmark
{
    private const int Rates = 625;
    private const int Workers = 32;
    private const int PerClaim = 200;
    private const int Measured = 9;
    private static readonly TimeSpan _lease = TimeSpan.FromHours(1);

    /// <summary>20,000 configurations by 5 seeds.</summary>
    internal static readonly string Definition = $$"""
        name: bench
        dataset: { name: mnist }
        objective: { bound: iwae }
        parameters:
          train.optimizer.adam.lr: [{{string.Join(", ", Enumerable.Range(1, Rates).Select(i => (1e-5 * i).ToString("R", CultureInfo.InvariantCulture)))}}]
          objective.k: [1, 5, 10, 50]
          model.latent: [2, 5, 10, 20, 50, 100, 200, 500]
        seeds: 5
        table: { by: [model.latent, objective.k], metric: test_nll }
        """;

    internal static ComparisonRequest Grouped { get; } = new("bench", MetricCatalog.Get("test_nll"), ["model.latent", "objective.k"], [])
    {
        Baseline = new Dictionary<string, string>(StringComparer.Ordinal) { ["objective.k"] = "1" },
    };

    public static async Task RunAsync(TextWriter output, IReadOnlyList<string> stores, CancellationToken cancellationToken)
    {
        if (stores.Count > 0)
        {
            foreach (var location in stores)
            {
                await MeasureAsync(output, location, cancellationToken);
            }

            return;
        }

        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            await MeasureAsync(output, Path.Combine(folder.FullName, "store.db"), cancellationToken);
            await using var server = await PrivatePostgres.StartAsync(cancellationToken);
            if (server is null)
            {
                await output.WriteLineAsync("PostgreSQL: not installed (apt-get install postgresql)");
                return;
            }

            await MeasureAsync(output, server.Address, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(TextWriter output, string location, CancellationToken cancellationToken)
    {
        var kind = location.StartsWith("postgres", StringComparison.Ordinal) ? "PostgreSQL" : "SQLite";
        await using var store = StoreFactory.Open(location, TimeProvider.System);
        await store.MigrateAsync(cancellationToken);
        if (await store.GetSweepAsync("bench", cancellationToken) is null)
        {
            var since = Stopwatch.GetTimestamp();
            var trials = await FillAsync(store, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{kind}: {trials:N0} trials stored in {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s"));
        }

        await InProcessAsync("by two paths, with tests", Grouped);
        await InProcessAsync("by every configuration", new ComparisonRequest("bench", MetricCatalog.Get("test_nll"), null, []));
        if (ProgramFile() is { } program)
        {
            string[] command = ["table", "bench", "--store", location, "--by", string.Join(',', Grouped.By!), "--baseline", "objective.k=1"];
            await TimeAsync($"`vaesweep {string.Join(' ', command[..2])} ...`", () => StartAsync(program, command, cancellationToken));
            await TimeAsync("`vaesweep --version`", () => StartAsync(program, ["--version"], cancellationToken));
        }

        Task InProcessAsync(string what, ComparisonRequest request) => TimeAsync(what, async () =>
        {
            var before = Environment.CpuUsage.TotalTime;
            var table = await ComparisonBuilder.BuildAsync(store.Results, request, cancellationToken);
            _ = ComparisonRenderer.Render(table, OutputFormat.Csv, Terminal.Plain);
            return Environment.CpuUsage.TotalTime - before;
        });

        async Task TimeAsync(string what, Func<Task<TimeSpan>> once)
        {
            var (times, processor) = (new Times(), new Times());
            var first = 0.0;
            for (var run = 0; run <= Measured; run++)
            {
                var start = Stopwatch.GetTimestamp();
                var used = await once();
                var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (run == 0)
                {
                    first = elapsed;
                    continue;
                }

                times.Add(elapsed);
                processor.Add(used.TotalSeconds);
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind,-10} {what,-28} first {first:0.000} s   median of {Measured} {times.Median:0.000} s   best {times.Best:0.000} s   processor time, best {processor.Best:0.000} s"));
        }
    }

    // The program that `./vaesweep` has built, or another that is named.
    private static string? ProgramFile() => new[] { Environment.GetEnvironmentVariable("VAESWEEP_PROGRAM"), Path.GetFullPath("artifacts/cli/vaesweep") }.FirstOrDefault(File.Exists);

    private static async Task<TimeSpan> StartAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var before = TimeOfChildren();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        _ = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? TimeOfChildren() - before : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    // Fields 16 and 17 of proc(5)'s stat, in hundredths of a second; the name, field 2, may hold spaces.
    private static TimeSpan TimeOfChildren()
    {
        var fields = File.ReadAllText("/proc/self/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)));
    }

    /// <summary>Stores the sweep and finishes all its trials.</summary>
    /// <returns>How many.</returns>
    private static async Task<long> FillAsync(IStore store, CancellationToken cancellationToken)
    {
        var definition = SweepFile.Parse(Definition);
        var submitted = await store.SubmitAsync(new SweepSubmission(definition.Name, definition.Text), definition.Expand().Select(t => t with { Epochs = 0 }), cancellationToken);
        await FinishAsync(store, cancellationToken);
        return submitted.Added;
    }

    /// <summary>Has every trial of a store granted and finished.</summary>
    internal static Task FinishAsync(IStore store, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(store, worker, cancellationToken), cancellationToken)));

    private static async Task WorkAsync(IStore store, int worker, CancellationToken cancellationToken)
    {
        while (true)
        {
            var claims = await store.ClaimAsync(new ClaimRequest($"w{worker}", "cpu:0", Guid.NewGuid().ToString("N"), _lease, PerClaim), cancellationToken);
            if (claims.Count == 0)
            {
                return;
            }

            await Task.WhenAll(claims.Select(claim => store.FinishAsync(claim.Attempt, Scores(claim), cancellationToken)));
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
}
