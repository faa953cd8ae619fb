using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

internal enum DiskOperation
{
    Write,
    Length,
    Sync,

    /// <summary>What the program says beside: its number is in <see cref="JournalEntry.Position"/>.</summary>
    Mark,
}

internal readonly record struct JournalEntry(DiskOperation Operation, SimulatedFile? File, long Position, byte[]? Bytes);

/// <summary>Files in memory that remember every operation, so that a power cut can be put between any two.</summary>
internal sealed class SimulatedDisk : IDisk
{
    private readonly Dictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);

    public List<JournalEntry> Journal { get; } = [];

    public bool Records { get; init; } = true;

    /// <summary>Says which operations fail, as on a full disk.</summary>
    public Func<JournalEntry, bool>? Fails { get; set; }

    /// <summary>With which error number of the system; usually that of a full disk.</summary>
    public int Error { get; set; } = 28;

    /// <summary>Whether half of a failing write is done.</summary>
    public bool FailsHalfway { get; set; }

    /// <summary>A flawed store's syncs that do nothing.</summary>
    public Func<SimulatedFile, bool> IgnoresSync { get; init; } = _ => false;

    public long Free { get; set; } = long.MaxValue;

    public IReadOnlyCollection<SimulatedFile> Files => _files.Values;

    public SimulatedFile this[string path] => _files.TryGetValue(path, out var file) ? file : Put(path, [], 0);

    public SimulatedFile Put(string path, byte[] content, long stamp) =>
        _files[path] = new SimulatedFile(this, path, content, stamp);

    public void Mark(long what) => Note(new JournalEntry(DiskOperation.Mark, null, what, null));

    public void Note(JournalEntry entry)
    {
        if (Records)
            Journal.Add(entry);
    }

    /// <summary>The same files on another disk, as they are now.</summary>
    public SimulatedDisk Copy(bool records = true)
    {
        var copy = new SimulatedDisk { Records = records };
        foreach (var file in Files)
            copy.Put(file.Path, file.ToArray(), file.Stamp);
        return copy;
    }

    public bool Exists(string path) => _files.ContainsKey(path);

    public IDiskFile Open(string path, DiskAccess access) => access == DiskAccess.Write || Exists(path) ? this[path]
        : throw new FileNotFoundException(path);

    public void Delete(string path) => _files.Remove(path);

    public long FreeBytes(string path) => Free;
}
