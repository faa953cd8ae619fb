using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>How many trials a second are submitted, claimed and finished, and how many epoch reports a second are stored, each durable on the disk?</summary>
/// <remarks>Targets on 2 cores: 20,000 reports and 50,000 submitted trials a second. The reports carry 50 latent units each, as a real VAE's do.</remarks>
internal static class StoreBenchmark
{
    private const int Trials = 100_000;
    private const int Writers = 4;
    private const int BatchSize = 1000;
    private const int Reports = 200_000;
    private const int EpochsPerTrial = 200;
    private const int LatentUnits = 50;
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            await using var store = StoreFactory.Open(Path.Combine(folder.FullName, "store.db"), TimeProvider.System);
            await store.MigrateAsync(cancellationToken);

            await MeasureAsync(output, "trials submitted", Trials, () => store.SubmitAsync(new SweepSubmission("bench", ""), Expand(Trials), cancellationToken));
            await MeasureAsync(output, "trials planned, all known", Trials, () => store.PlanAsync(new SweepSubmission("bench", ""), Expand(Trials), cancellationToken));
            await MeasureAsync(output, "status of 100,000 trials, calls", 1, () => store.GetSweepAsync("bench", cancellationToken));

            var claims = new List<Claim>();
            await MeasureAsync(output, "trials claimed one by one", Reports / EpochsPerTrial, async () =>
            {
                for (var i = 0; i < Reports / EpochsPerTrial; i++)
                    claims.AddRange(await store.ClaimAsync(Request($"{i}", 1), cancellationToken));
            });
            await MeasureAsync(output, $"epoch reports, {Writers} writers, batches of {BatchSize}", Reports, () => AppendAsync(store, claims, cancellationToken));
            await MeasureAsync(output, "trials claimed and finished, 64 workers", 5000, () => Task.WhenAll(
                Enumerable.Range(0, 64).Select(worker => Task.Run(() => WorkAsync(store, worker, cancellationToken), cancellationToken))));
            await MeasureAsync(output, "reports aggregated by SQL", Reports, () => store.QueryAsync(
                "SELECT trial, max(valid_elbo) FROM epochs WHERE sweep = 'bench' GROUP BY trial", null, TimeSpan.FromMinutes(1), cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(TextWriter output, string what, int count, Func<Task> work)
    {
        var since = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        await work();
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what,-48} {count / seconds,12:N0} /s   {seconds,8:0.000} s   {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,8:0.000} s of processor"));
    }

    private static async Task AppendAsync(IStore store, List<Claim> claims, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var batch = new List<AttemptEpoch>(BatchSize);
                for (var epoch = 1; epoch <= EpochsPerTrial; epoch++)
                {
                    for (var i = writer; i < claims.Count; i += Writers)
                    {
                        batch.Add(new AttemptEpoch(claims[i].Attempt, Report(epoch)));
                        if (batch.Count < BatchSize)
                            continue;
                        await store.AppendAsync(new ReportBatch(batch, []), cancellationToken);
                        batch = new List<AttemptEpoch>(BatchSize);
                    }
                }

                await store.AppendAsync(new ReportBatch(batch, []), cancellationToken);
            },
            cancellationToken)));
    }

    private static async Task WorkAsync(IStore store, int worker, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 5000 / 64; i++)
        {
            foreach (var claim in await store.ClaimAsync(Request($"w{worker}", 1), cancellationToken))
                await store.FinishAsync(claim.Attempt, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Error }, cancellationToken);
        }
    }

    private static ClaimRequest Request(string worker, int trials) => new(worker, "cpu:0", Guid.NewGuid().ToString("N"), _lease, trials);

    private static EpochReport Report(int epoch)
    {
        var activity = new double[LatentUnits];
        var kl = new double[LatentUnits];
        for (var unit = 0; unit < LatentUnits; unit++)
            (activity[unit], kl[unit]) = (1.0 / (unit + epoch), 3.14159 / (unit + 1));
        return new EpochReport
        {
            Epoch = epoch,
            TrainElbo = -100.0 / epoch,
            TrainRecon = -80.0 / epoch,
            TrainKl = 20.0 / epoch,
            ValidElbo = -101.0 / epoch,
            ValidRecon = -81.0 / epoch,
            ValidKl = 21.0 / epoch,
            GradNorm = 1.5,
            ActiveUnits = 30,
            ActiveUnits01 = 25,
            Seconds = 1.25,
            Units = [new LayerUnits(activity, kl)],
        };
    }

    /// <summary>Configurations as long as real ones: about a kilobyte each.</summary>
    private static IEnumerable<Trial> Expand(int count)
    {
        var common = string.Join(",", Enumerable.Range(0, 40).Select(i => $"\"model.some_property_{i}\":{i}"));
        for (var i = 0; i < count; i++)
        {
            var config = $"{{{common},\"seed\":{i}}}";
            yield return new Trial(i, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config))), config, i, "pack", EpochsPerTrial);
        }
    }
}
