using LiteDB;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Hammer;

/// <summary>Reports on a few trials as fast as it can into a LiteDB store, until it is killed.</summary>
/// <remarks>Each commit has one report of each trial, and in the trials' documents how many there are. It goes on where the store
/// stands, and tells each
/// acknowledged epoch.</remarks>
internal static class LiteDbHammer
{
    private const int Trials = 8;
    private const int EpochsPerTrial = 200;

    public static async Task<int> RunAsync(string path)
    {
        using var held = await StoreLock.TakeAsync(path, TimeProvider.System, CancellationToken.None);
        await using var writer =
            await LiteDbWriter.StartAsync(held, TimeProvider.System, new WriterOptions { CheckpointPages = 300 });
        var next = 1 + await writer.ReadAsync(file => file.Find(StoreCollections.Sweeps, 1L)?["epochs"].AsInt32 ?? 0);
        Console.WriteLine("ready");
        while (true)
        {
            var commits = new List<Task>();
            for (var i = 0; i < 4; i++, next++)
                commits.Add(writer.CommitAsync(Changes(next)));
            foreach (var (commit, epoch) in commits.Zip(Enumerable.Range(next - commits.Count, commits.Count)))
            {
                await commit;
                Console.WriteLine(epoch);
            }

            // A generation of trials is finished now and then, and its segments become one.
            if (next % EpochsPerTrial < commits.Count)
            {
                var finished = (next / EpochsPerTrial) - 1;
                for (var trial = 0; trial < Trials && finished >= 0; trial++)
                {
                    var key = (finished * Trials) + trial;
                    await writer.CommitAsync(await writer.ReadAsync(file => Segments.Compact(file, key)));
                }
            }
        }
    }

    private static StoreChanges Changes(int epoch)
    {
        var changes = new StoreChanges();
        for (var i = 0; i < Trials; i++)
        {
            var trial = (epoch / EpochsPerTrial * Trials) + i;
            var units = Enumerable.Range(0, 50).Select(unit => (double)(float)(epoch * 0.01 * unit)).ToArray();
            Segments.Append(changes, trial, 1,
                [new EpochReport { Epoch = 1 + (epoch % EpochsPerTrial), TrainElbo = -epoch,
                Units = [new LayerUnits(units, units)] }]);
            changes.Upsert(StoreCollections.Trials, new BsonDocument { ["_id"] = (long)trial, ["last"] = epoch });
        }

        return changes.Upsert(StoreCollections.Sweeps, new BsonDocument { ["_id"] = 1L, ["epochs"] = epoch });
    }
}
