using VaeSweep.Store;
using VaeSweep.Store.Hammer;
using VaeSweep.Sweeps;

// A process of its own for the store's tests: it claims trials and reports on them as fast as it can, until there are none or it
// is killed. Arguments: the store, a worker's name; or "litedb" and a LiteDB store, which is written without end; or "query" and
// SQL, see QueryHammer. Every acknowledged report is told on standard output, so that a test can demand it back after a kill.
if (args[0] == "litedb")
    return await LiteDbHammer.RunAsync(args[1]);
if (args[0] == "query")
    return await QueryHammer.RunAsync(args[1..]);
var (location, worker) = (args[0], args[1]);
await using var store = StoreFactory.Open(location, TimeProvider.System);
await store.MigrateAsync(CancellationToken.None);
Console.WriteLine("ready");
while (await store.ClaimAsync(
    new ClaimRequest(worker, "cpu:0", Guid.NewGuid().ToString("N"), MaxTrials: 2),
    CancellationToken.None) is { Count: > 0 } claims)
{
    foreach (var claim in claims)
    {
        for (var epoch = 1; epoch <= claim.Epochs; epoch++)
        {
            var report = new EpochReport { Epoch = epoch, TrainElbo = -epoch, Units = [new LayerUnits([0.5, 0.25], [1, 2])] };
            var checkpoint = new AttemptCheckpoint(claim.Attempt, epoch, $"{worker}-{claim.TrialId}-{epoch}", Best: false);
            var refused = await store.AppendAsync(
                new ReportBatch([new AttemptEpoch(claim.Attempt, report)], [checkpoint]), CancellationToken.None);
            if (refused.Count == 0)
                Console.WriteLine($"{claim.TrialId} {epoch}");
        }

        if (await store.FinishAsync(claim.Attempt, new AttemptEnd(AttemptOutcome.Succeeded), CancellationToken.None))
            Console.WriteLine($"{claim.TrialId} done");
    }
}

return 0;
