using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>A way to use a store.</summary>
/// <param name="Commits">How many.</param>
/// <param name="Changes">Most in one commit.</param>
/// <param name="Inserts">Share of new segments; the rest of 1 after <paramref name="Updates"/> are deletions.</param>
/// <param name="Checkpoints">One commit in so many is followed by a checkpoint; 0 for none.</param>
/// <param name="Scale">Of <see cref="Shelf.Document"/>.</param>
/// <param name="Merges">Some commits replace a run of segments by one, as a finished trial's.</param>
internal sealed record Workload(string Name, int Commits, int Changes, double Inserts, double Updates, int Checkpoints,
    int Scale = 1, bool Merges = false)
{
    public static Workload[] All { get; } =
    [
        new("small commits", 30, 3, 0.8, 0.15, 8),
        new("updates", 40, 6, 0.15, 0.75, 6),
        new("deletions", 40, 6, 0.35, 0.2, 6),
        new("frequent checkpoints", 40, 4, 0.4, 0.4, 1),
        new("no checkpoints", 25, 5, 0.4, 0.4, 0),
        new("large groups", 8, 40, 0.6, 0.3, 3),
        new("large documents", 10, 3, 0.7, 0.2, 4, Scale: 2),
        new("merged segments", 30, 4, 0.9, 0.05, 6, Merges: true),
    ];
}

/// <summary>What became of a workload: the state after each commit, and on the disk's journal a mark before and after
/// each.</summary>
internal sealed class Recording(SimulatedDisk disk, Shelf start, int firstVersion)
{
    private int _version = firstVersion;

    public SimulatedDisk Disk => disk;

    /// <summary>State after so many commits.</summary>
    public List<Shelf> States { get; } = [start];

    public int LastVersion => _version;

    public void Drive(LiteDbFile file, Workload workload, int commits, Random random)
    {
        disk.Mark(-1);
        for (var i = 0; i < commits; i++)
        {
            var state = States[^1].Copy();
            var changes = new StoreChanges();
            if (workload.Merges && random.Next(4) == 0)
                Merge(state, changes);
            for (var left = 1 + random.Next(workload.Changes); left > 0; left--)
                Change(state, changes, workload, random);
            States.Add(state);
            disk.Mark(2 * (States.Count - 1));
            file.Commit(changes);
            disk.Mark((2 * (States.Count - 1)) + 1);
            if (workload.Checkpoints > 0 && random.Next(workload.Checkpoints) == 0)
                file.Checkpoint();
        }
    }

    /// <summary>Commits that were begun and acknowledged up to an entry of the journal.</summary>
    public (int Begun, int Acknowledged) At(int last)
    {
        var (begun, acknowledged) = (0, 0);
        foreach (var entry in disk.Journal.Take(last + 1)
            .Where(entry => entry is { Operation: DiskOperation.Mark, Position: >= 0 }))
        {
            if (entry.Position % 2 == 0)
                begun = (int)(entry.Position / 2);
            else
                acknowledged = (int)(entry.Position / 2);
        }

        return (begun, acknowledged);
    }

    private void Change(Shelf state, StoreChanges changes, Workload workload, Random random)
    {
        var choice = random.NextDouble();
        if (choice < workload.Inserts)
        {
            Put(StoreCollections.Segments, _version + 1);
        }
        else if (choice < workload.Inserts + workload.Updates)
        {
            var collection = Shelf.Collections[random.Next(4) == 0 ? random.Next(3) : 1];
            var segments = collection == StoreCollections.Segments
                ? state.Keys.Where(key => key.Collection == collection).ToList() : [];
            Put(collection, segments.Count > 0 ? segments[random.Next(segments.Count)].Id
                : random.Next(collection == StoreCollections.Trials ? 60 : 4));
        }
        else if (state.Count > 0)
        {
            var (collection, id) = state.Keys.ElementAt(random.Next(state.Count));
            state.Set(collection, id, null);
            changes.Delete(collection, id);
        }

        void Put(string collection, long id)
        {
            state.Set(collection, id, ++_version);
            changes.Upsert(collection, Shelf.Document(collection, id, _version, workload.Scale));
        }
    }

    private void Merge(Shelf state, StoreChanges changes)
    {
        var segments = state.Keys.Where(key => key.Collection == StoreCollections.Segments).OrderBy(key => key.Id).Take(6)
            .ToList();
        if (segments.Count < 2)
            return;
        foreach (var (collection, id) in segments.Skip(1))
        {
            state.Set(collection, id, null);
            changes.Delete(collection, id);
        }

        state.Set(StoreCollections.Segments, segments[0].Id, ++_version);
        changes.Upsert(StoreCollections.Segments, Shelf.Document(StoreCollections.Segments, segments[0].Id, _version, scale: 2));
    }
}
