namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>What a power cut leaves of a disk: of everything written since a file's last sync any part, in any order, torn within
/// sectors of 512 bytes,
/// with the old length, the new one or one between, and with garbage where nothing was written.</summary>
internal static class PowerCut
{
    private const int Sector = 512;

    /// <param name="last">The last entry of the journal that was done.</param>
    public static SimulatedDisk After(SimulatedDisk disk, int last, Random random)
    {
        var after = new SimulatedDisk();
        var garbage = random.Next(4) == 0;
        foreach (var file in disk.Files)
        {
            var (bytes, stamp) = Cut(disk.Journal, file, last, random, garbage);
            after.Put(file.Path, bytes, stamp);
        }

        return after;
    }

    private static (byte[] Bytes, long Stamp) Cut(List<JournalEntry> journal, SimulatedFile file, int last, Random random,
        bool garbage)
    {
        var synced = journal.FindLastIndex(last, entry => entry.File == file && entry.Operation == DiskOperation.Sync);
        var image = new FileImage(file.Before);
        for (var i = 0; i <= synced; i++)
        {
            if (journal[i].File == file)
                image.Do(journal[i]);
        }

        var lengths = new List<long> { image.Length };
        var pending = new List<JournalEntry>();
        for (var i = synced + 1; i <= last; i++)
        {
            var entry = journal[i];
            if (entry.File != file)
                continue;
            var length = entry.Operation == DiskOperation.Length ? entry.Position
                : Math.Max(lengths[^1], entry.Position + (entry.Bytes?.Length ?? 0));
            if (length != lengths[^1])
                lengths.Add(length);
            if (entry.Operation == DiskOperation.Write)
                pending.Add(entry);
        }

        if (pending.Count == 0 && lengths.Count == 1)
            return (image.ToArray(), file.Stamp);
        if (random.Next(2) == 0)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pending));
        WriteSome(image, pending, lengths, random, garbage);
        image.SetLength(LengthOf(lengths, random));
        return (image.ToArray(), random.Next(2) == 0 ? file.Stamp : file.Stamp - 1);
    }

    private static void WriteSome(FileImage image, List<JournalEntry> pending, List<long> lengths, Random random, bool garbage)
    {
        double[] shares = [0, 0.15, 0.5, 0.85, 1];
        var (kept, torn) = (shares[random.Next(5)], shares[random.Next(5)]);
        var durable = image.Length;
        image.SetLength(Math.Max(lengths.Max(), durable));
        if (garbage)
            random.NextBytes(image.Slice(durable, image.Length - durable));
        foreach (var entry in pending)
        {
            if (random.NextDouble() >= kept)
                continue;
            if (random.NextDouble() < torn)
                WriteTorn(image, entry, random);
            else
                image.Write(entry.Position, entry.Bytes);
        }
    }

    private static void WriteTorn(FileImage image, JournalEntry entry, Random random)
    {
        double[] shares = [0.98, 0.9, 0.5, 0.1];
        var (how, share) = (random.Next(6), shares[random.Next(4)]);
        var (end, bytes) = (entry.Position + entry.Bytes!.Length, entry.Bytes);
        var first = entry.Position / Sector;
        var cut = random.NextInt64(first, ((end - 1) / Sector) + 2);
        for (var sector = first; sector * Sector < end; sector++)
        {
            var reaches = how switch { 0 => sector < cut, 1 => sector >= cut, _ => random.NextDouble() < share };
            var (from, to) = (Math.Max(sector * Sector, entry.Position), Math.Min((sector + 1) * Sector, end));
            if (reaches)
                image.Write(from, bytes.AsSpan((int)(from - entry.Position), (int)(to - from)));
        }
    }

    private static long LengthOf(List<long> lengths, Random random)
    {
        var length = random.Next(3) switch { 0 => lengths[0], 1 => lengths[^1], _ => lengths[random.Next(lengths.Count)] };
        return random.Next(6) == 0 && length > lengths[0] ? lengths[0] + (random.NextInt64(length - lengths[0]) / Sector * Sector)
            : length;
    }
}
