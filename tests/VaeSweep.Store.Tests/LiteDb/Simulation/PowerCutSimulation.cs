using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Records workloads and cuts the power anywhere in them, in what recovers after a cut too.</summary>
/// <param name="cuts">How many.</param>
/// <param name="disk">Makes the disks; a flawed store's ignore some syncs.</param>
internal sealed class PowerCutSimulation(int seed, int cuts, Func<SimulatedDisk> disk, PageStoreOptions options)
{
    public const string Path = "store";
    private const int CutsPerRun = 60;
    private const int MostCutsInARow = 3;

    private readonly Random _random = new(seed);

    /// <summary>Ends with the first fault.</summary>
    public bool StopsAtFault { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Cuts done, by how many came before in a row.</summary>
    public int[] Cuts { get; } = new int[MostCutsInARow];

    /// <summary>How often the opening had to repeat transactions.</summary>
    public int Replays { get; private set; }

    private bool Done => Cuts.Sum() >= cuts || (StopsAtFault && Faults.Count > 0);

    public void Run()
    {
        while (!Done)
        {
            var workload = Workload.All[_random.Next(Workload.All.Length)];
            var growth = options with { LogGrowth = _random.Next(3) * 6L * PageLog.FrameBytes };
            Run(new Recording(disk(), new Shelf(), 0), workload, growth, inARow: 0);
        }
    }

    private void Run(Recording recording, Workload workload, PageStoreOptions growth, int inARow)
    {
        var opened = Record(recording, workload, growth, inARow);
        var points = Points(recording.Disk.Journal, opened);
        for (var i = 0; i < (inARow == 0 ? CutsPerRun : 8) && !Done; i++)
        {
            var last = inARow > 0 && _random.Next(2) == 0 ? _random.Next(opened)
                : points[_random.Next(points.Length)] is { Count: > 0 } some ? some[_random.Next(some.Count)] : 0;
            var after = PowerCut.After(recording.Disk, last, _random);
            Cuts[inARow]++;
            // What a flawed store would write after this cut is its own matter.
            var found = Look(after.Copy(records: false), recording, last, workload, growth);
            if (found is null || inARow == MostCutsInARow - 1 || _random.Next(inARow == 0 ? 6 : 12) > 0)
                continue;
            var again = disk();
            foreach (var file in after.Files)
                again.Put(file.Path, file.ToArray(), file.Stamp);
            try
            {
                Run(new Recording(again, found, recording.LastVersion + 1000), workload, growth, inARow + 1);
            }
            catch (Exception error)
            {
                Faults.Add($"going on after a cut: {error.Message}");
            }
        }
    }

    /// <returns>The journal's entry at which the store was open.</returns>
    private int Record(Recording recording, Workload workload, PageStoreOptions growth, int inARow)
    {
        var file = LiteDbFile.Open(recording.Disk, Path, DiskAccess.Write, growth);
        recording.Drive(file, workload, inARow == 0 ? workload.Commits : 2 + _random.Next(6), _random);
        if (_random.Next(2) == 0)
            file.Dispose();
        return 1 + recording.Disk.Journal.FindIndex(entry => entry.Operation == DiskOperation.Mark);
    }

    /// <summary>Where cutting is worth it: in checkpoints, in commits, at the beginning, anywhere.</summary>
    private static List<int>[] Points(List<JournalEntry> journal, int opened)
    {
        var all = Enumerable.Range(0, journal.Count).ToList();
        var checkpoints = all.Where(i => i >= opened && journal[i] is { File: { } file } entry
            && (!IsLog(file) || (entry.Operation == DiskOperation.Write && entry.Position < LogHeader.Bytes))).ToList();
        var commits = all.Where(i => journal[i] is { Operation: DiskOperation.Write, File: { } file } entry && IsLog(file)
            && entry.Position >= LogHeader.Bytes).ToList();
        return [checkpoints, checkpoints, commits, commits, all[..Math.Min(20, all.Count)], all];

        static bool IsLog(SimulatedFile file) => file.Path == PageStore.LogPath(Path);
    }

    /// <summary>Opens what a cut left.</summary>
    /// <returns>What was there; null when it was wrong.</returns>
    private Shelf? Look(SimulatedDisk after, Recording recording, int last, Workload workload, PageStoreOptions growth)
    {
        var (begun, acknowledged) = recording.At(last);
        try
        {
            var file = LiteDbFile.Open(after, Path, DiskAccess.Write, growth);
            var found = Shelf.Of(file);
            Replays += file.ReplayedTransactions > 0 ? 1 : 0;
            if (!found.Same(recording.States[acknowledged]) && !found.Same(recording.States[begun]))
                return Fault($"neither the acknowledged state nor the next: {found.Against(recording.States[acknowledged])}");
            if (_random.Next(4) > 0)
                return found;
            file.Abandon();
            return GoesOn(after, found, recording, workload, growth) ? found : Fault("differs after going on");
        }
        catch (Exception error)
        {
            return Fault($"{error.GetType().Name}: {error.Message}");
        }

        Shelf? Fault(string what)
        {
            Faults.Add($"{workload.Name}, cut after {last} of {recording.Disk.Journal.Count} with {acknowledged} commits " +
                $"acknowledged and {begun} begun: {what}");
            return null;
        }
    }

    private bool GoesOn(SimulatedDisk after, Shelf found, Recording recording, Workload workload, PageStoreOptions growth)
    {
        using (var reader = LiteDbFile.Open(after, Path, DiskAccess.Read, growth))
        {
            if (!Shelf.Of(reader).Same(found))
                return false;
        }

        var more = new Recording(after, found, recording.LastVersion + 5000);
        using (var file = LiteDbFile.Open(after, Path, DiskAccess.Write, growth))
            more.Drive(file, workload, 4, _random);
        using var again = LiteDbFile.Open(after, Path, DiskAccess.Write, growth);
        return Shelf.Of(again).Same(more.States[^1]) && !again.Pages.DamagedPages().Any();
    }
}
