using System.Diagnostics;
using System.Globalization;
using LiteDB;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>How many epoch reports a second does a LiteDB store take, each durable on the disk, how fast does it open, and does
/// its memory stay flat?</summary>
/// <remarks>A report has 50 latent units. A group commit has 100 reports of each of 64 trials, and the trials' documents; it is
/// synced once.</remarks>
internal static class LiteDbBenchmark
{
    private const int Trials = 64;
    private const int ReportsPerSegment = 100;
    private const int Groups = 160;
    private const int StoredTrials = 100_000;
    private const double LeastReports = 170_000;
    private const double MostSubmitSeconds = 3;
    private const double MostMillionSeconds = 30;
    private const double MostMillionMegabytes = 1500;
    private const int Turns = 3;

    /// <param name="options">Parts to run: reports, opening, trials, million; all when none is named.</param>
    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        bool Wants(string part) => options.Length == 0 || options.Contains(part, StringComparer.Ordinal);
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var gates = new List<Gate>();
            if (Wants("reports"))
                gates.AddRange(await ReportsAsync(output, Path.Combine(folder.FullName, "reports.db"), cancellationToken));
            if (Wants("opening"))
                gates.Add(await OpeningAsync(folder.FullName, cancellationToken));
            if (Wants("trials"))
                gates.AddRange(await TrialsAsync(output, Path.Combine(folder.FullName, "trials.db"), cancellationToken));
            if (Wants("million"))
                gates.AddRange(await MillionAsync(Path.Combine(folder.FullName, "million.db"), cancellationToken));
            return gates;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<Gate>> ReportsAsync(TextWriter output, string path, CancellationToken cancellationToken)
    {
        using var held = await StoreLock.TakeAsync(path, TimeProvider.System, cancellationToken);
        await using var writer = await LiteDbWriter.StartAsync(held, TimeProvider.System);
        var reports = Reports();
        var (rates, resident) = (new List<double>(), new List<long>());
        var syncs = await writer.ReadAsync(file => file.LogSyncs);
        var processor = Environment.CpuUsage.TotalTime;
        var since = Stopwatch.GetTimestamp();
        var before = Task.CompletedTask;
        for (var group = 0; group < Groups; group++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var changes = new StoreChanges();
            for (var trial = 0; trial < Trials; trial++)
            {
                Segments.Append(changes, (group / 20 * Trials) + trial, 1, reports[group % 20]);
                changes.Upsert(StoreCollections.Trials, Trial((group / 20 * Trials) + trial, group));
            }

            // One is committed while the next is made, as an aggregator does.
            var commit = writer.CommitAsync(changes);
            await before;
            before = commit;
            rates.Add(Trials * ReportsPerSegment / Stopwatch.GetElapsedTime(since).TotalSeconds);
            since = Stopwatch.GetTimestamp();
            resident.Add(Environment.WorkingSet);
        }

        await before;
        syncs = await writer.ReadAsync(file => file.LogSyncs) - syncs;
        processor = Environment.CpuUsage.TotalTime - processor;
        // Checkpoints included: over ten groups in a row. The best ten, as others use the machine too.
        var best = rates.Chunk(10).Max(ten => ten.Length / ten.Sum(rate => 1 / rate));
        var growth = resident[(Groups / 2)..].Average() / resident[(Groups / 4)..(Groups / 2)].Average();
        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture,
            $"{Groups * Trials * ReportsPerSegment:N0} reports, {syncs} syncs of the log for {writer.Groups} groups, " +
            $"{processor.TotalSeconds * 1e6 / (Groups * Trials * ReportsPerSegment):0.00} us of processor a report, " +
            $"{resident[^1] >> 20} MB resident"));
        return
        [
            Gate.Least("litedb, durable epoch reports, 1/s", best, LeastReports),
            Gate.Most("litedb, resident memory at 10^6 reports / at 250000", growth, 1.1),
        ];
    }

    private static async Task<Gate> OpeningAsync(string folder, CancellationToken cancellationToken)
    {
        var times = new Times();
        for (var turn = 0; turn < 10; turn++)
        {
            var path = Path.Combine(folder, $"empty{turn}.db");
            var since = Stopwatch.GetTimestamp();
            using var held = await StoreLock.TakeAsync(path, TimeProvider.System, cancellationToken);
            using var file = LiteDbFile.Open(held);
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        return Gate.Most("litedb, opening of an empty store, ms", times.Best, 60);
    }

    /// <summary>100,000 trials as a user has them: 20,000 configurations by 5 seeds, each with three evaluations.</summary>
    private static async Task<List<Gate>> TrialsAsync(TextWriter output, string path, CancellationToken cancellationToken)
    {
        var gates = new List<Gate>();
        var definition = SweepFile.Parse(TableSweep.Definition);
        await using (var store = StoreFactory.Open(path, TimeProvider.System))
        {
            await store.MigrateAsync(cancellationToken);
            var since = Stopwatch.GetTimestamp();
            var result = await store.SubmitAsync(
                new SweepSubmission(definition.Name, definition.Text), definition.Expand(cancellationToken)
                    .Select(trial => trial with { Epochs = 0 }), cancellationToken);
            gates.Add(
                Gate.Most($"litedb, {result.Added} trials expanded and submitted, s",
                    Stopwatch.GetElapsedTime(since).TotalSeconds, MostSubmitSeconds));
            var (finishing, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await TableSweep.FinishAsync(store, cancellationToken);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Added:N0} trials granted and "
                    + $"finished: {result.Added / Stopwatch.GetElapsedTime(finishing).TotalSeconds:N0} a second, " +
                $"{(Environment.CpuUsage.TotalTime - processor).TotalSeconds / result.Added * 1e6:0} us of processor each"));
        }

        var (opens, tables) = (new Times(), new Times());
        for (var turn = 0; turn < Turns; turn++)
        {
            var since = Stopwatch.GetTimestamp();
            await using var store = StoreFactory.Open(path, TimeProvider.System);
            var sweep = Assertive(await store.GetSweepAsync(definition.Name, cancellationToken));
            opens.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            for (var again = 0; again < Turns; again++)
            {
                since = Stopwatch.GetTimestamp();
                var table = await ComparisonBuilder.BuildAsync(store.Results, TableSweep.Grouped, cancellationToken);
                _ = ComparisonRenderer.Render(table, OutputFormat.Csv, Terminal.Plain);
                tables.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            }
        }

        gates.Add(Gate.Most("litedb, a head's start with 100000 trials, s", opens.Best, 1));
        gates.Add(Gate.Most("litedb, table over 100000 trials, s", tables.Best, 0.15));
        return gates;

        static SweepStatus Assertive(SweepStatus? sweep) => sweep is { Total: StoredTrials }
            && sweep.Count(TrialState.Succeeded) == StoredTrials
            ? sweep : throw new InvalidOperationException(
                $"{sweep?.Count(TrialState.Succeeded)} of {sweep?.Total} trials came back as succeeded.");
    }

    /// <summary>A million trials of 200,000 configurations, submitted.</summary>
    private static async Task<List<Gate>> MillionAsync(string path, CancellationToken cancellationToken)
    {
        var definition = SweepFile.Parse(TableSweep.Definition.Replace("seeds: 5", "seeds: 50", StringComparison.Ordinal));
        await using var store = StoreFactory.Open(path, TimeProvider.System);
        await store.MigrateAsync(cancellationToken);
        var since = Stopwatch.GetTimestamp();
        var result = await store.SubmitAsync(
            new SweepSubmission(definition.Name, definition.Text), definition.Expand(cancellationToken), cancellationToken);
        return
        [
            Gate.Most($"litedb, {result.Added} trials expanded and submitted, s", Stopwatch.GetElapsedTime(since).TotalSeconds,
                MostMillionSeconds),
            Gate.Most($"litedb, resident memory of a process with {result.Added} trials, MB", Environment.WorkingSet / 1e6,
                MostMillionMegabytes),
        ];
    }

    private static BsonDocument Trial(long key, int epochs) => new()
    {
        ["_id"] = key, ["sweep"] = 1L, ["state"] = 1, ["attempts"] = 1, ["fence"] = key, ["epochs"] = epochs,
        ["node"] = "node-3", ["device"] = "cpu:1", ["changed"] = 638_000_000_000_000_000L + key,
    };

    private static List<EpochReport>[] Reports()
    {
        var random = new Random(1);
        double[] Units() => [.. Enumerable.Range(0, 50).Select(_ => (double)random.NextSingle())];
        return
        [
            .. Enumerable.Range(0, 20).Select(segment => Enumerable.Range(1, ReportsPerSegment).Select(i => new EpochReport
            {
                Epoch = (segment * ReportsPerSegment) + i, TrainElbo = -random.NextDouble(), TrainRecon = -random.NextDouble(),
                    TrainKl = random.NextDouble(), ValidElbo = -random.NextDouble(),
                ValidRecon = -random.NextDouble(), ValidKl = random.NextDouble(), TrainObjective = random.NextDouble(),
                    GradNorm = random.NextDouble(), Seconds = random.NextDouble(),
                ActiveUnits = 20, ActiveUnits01 = 10, Units = [new LayerUnits(Units(), Units())],
            }).ToList()),
        ];
    }
}
