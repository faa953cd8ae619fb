using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>What does the Ledger itself cost, without a disk: a submit, a trial's way from grant to end, a start from what was
/// stored, and memory?</summary>
internal static class LedgerBenchmark
{
    private const int Rounds = 5;
    private const int Cycles = 50_000;
    private const double MostSubmitSeconds = 3;
    private const double MostCycleMicroseconds = 15;
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="options">How many trials; 100,000 when it is left out.</param>
    public static async Task RunAsync(TextWriter output, string[] options)
    {
        var count = options is [var said, ..] ? int.Parse(said, CultureInfo.InvariantCulture) : 100_000;
        var trials = Expand(count);
        var (submits, cycles, loads) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var ledger = new Ledger();
            ledger.Start(new string('a', 32), 1, moved: false, _now);
            ledger.Settle();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            submits.Add(Seconds(() => ledger.Submit(new SweepSubmission("bench", ""), trials, _now)));
            var changes = ledger.Changes.ToList();
            ledger.Settle();
            cycles.Add(Seconds(() => Cycle(ledger, Math.Min(Cycles, count))) / Math.Min(Cycles, count) * 1e6);
            var stored = ledger.Documents().Concat(changes.OfType<PointPut>()).ToList();
            changes = null;
            loads.Add(Seconds(() => Ledger.Load(stored)));
            stored = null;
            if (round == 0)
            {
                await output.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture,
                        $"memory of {count:N0} trials, half of them "
                            + $"finished: {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6:F0} MB"));
            }
            GC.KeepAlive(ledger);
        }

        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"load of {count:N0} trials: {loads.Min():F3} s of processor time"));
        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"gate ledger-submit-seconds: {submits.Min():F3} (at most {MostSubmitSeconds * count / 100_000})"));
        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"gate ledger-cycle-microseconds: {cycles.Min():F2} (at most {MostCycleMicroseconds})"));
    }

    private static void Cycle(Ledger ledger, int count)
    {
        var request = new ClaimRequest("worker", "cpu:0", "", Node: "node");
        var report = new EpochReport { Epoch = 1, TrainElbo = -100 };
        var end = new AttemptEnd(AttemptOutcome.Succeeded) { Evaluations = [new Evaluation("test_nll", 86, 500, 10_000)],
            ModelPath = "model.bin" };
        for (var i = 0; i < count; i++)
        {
            var granted = ledger.Grant(request with { Token = i.ToString(CultureInfo.InvariantCulture) }, _now);
            ledger.Settle();
            ledger.Report(granted[0].Attempt, [report], [new EpochCheckpoint(1, "checkpoint", Best: true)]);
            ledger.Settle();
            ledger.Finish(granted[0].Attempt, end, _now);
            ledger.Settle();
        }
    }

    private static double Seconds(Action work)
    {
        var before = ProcessTime();
        work();
        return ProcessTime() - before;
    }

    private static double ProcessTime() => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Points with ten seeds each; a configuration of 2 KB, as a real one is.</summary>
    private static List<Trial> Expand(int count)
    {
        var rest = string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"train.option_{i:00}\":\"some value\""));
        var trials = new List<Trial>(count);
        for (var i = 0; i < count; i++)
        {
            var config = string.Create(CultureInfo.InvariantCulture, $"{{\"model.latent\":{i / 10},\"seed\":{i % 10},{rest}}}");
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config)));
            trials.Add(new Trial(i, fingerprint, config, i % 10, $"pack {i / 10 % 50}", 1));
        }

        return trials;
    }
}
