using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Copies an ELF library without its table of local symbols, which only debuggers read: a fifth of libtorch.</summary>
/// <remarks>
/// What is mapped into memory stays as it is, byte for byte, and moves by whole pages where it lies behind the table. The
/// sections' headers stay too, with those of the table and its names marked as unused. A library that has no such table is copied
/// as it is. Fields by their names in the ELF gABI.
/// </remarks>
public class CutSymbols : Task
{
    private const uint Symbols = 2, Unused = 0;
    private const int Page = 4096, HeaderSize = 64, SectionHeaderOffset = 0x28;

    [Required]
    public string Source { get; set; }

    [Required]
    public string Target { get; set; }

    public override bool Execute()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Target));
            var unfinished = Target + ".tmp";
            using (var source = File.OpenRead(Source))
            using (var target = File.Create(unfinished))
                Copy(source, target);

            File.Delete(Target);
            File.Move(unfinished, Target);
            return true;
        }
        catch (Exception failed) when (failed is IOException || failed is UnauthorizedAccessException
            || failed is ArgumentException || failed is OverflowException)
        {
            Log.LogError("{0} could not be copied to {1} without its symbols: {2}", Source, Target, failed.Message);
            return false;
        }
    }

    private static void Copy(FileStream source, FileStream target)
    {
        var header = Read(source, 0, HeaderSize);
        if (BitConverter.ToUInt32(header, 0) != 0x464c457f || header[4] != 2 || header[5] != 1)
            throw new ArgumentException("it is no ELF library of 64 bits.");

        long segments = BitConverter.ToInt64(header, 0x20), sections = BitConverter.ToInt64(header, SectionHeaderOffset);
        int segmentSize = BitConverter.ToUInt16(header, 0x36), segmentCount = BitConverter.ToUInt16(header, 0x38);
        int sectionSize = BitConverter.ToUInt16(header, 0x3A), sectionCount = BitConverter.ToUInt16(header, 0x3C);
        var segmentTable = Read(source, segments, segmentSize * segmentCount);
        var sectionTable = Read(source, sections, sectionSize * sectionCount);
        var (from, to) = Cut(sectionTable, sectionSize, segmentTable, segmentSize, sections);
        for (var at = 0; at < segmentTable.Length; at += segmentSize)
            Move(segmentTable, at + 8, to, to - from);

        for (var at = 0; at < sectionTable.Length; at += sectionSize)
            Move(sectionTable, at + 24, to, to - from);

        Move(header, SectionHeaderOffset, to, to - from);
        source.Position = 0;
        CopyBytes(source, target, from);
        source.Position = to;
        CopyBytes(source, target, source.Length - to);
        Write(target, 0, header);
        Write(target, segments, segmentTable);
        Write(target, BitConverter.ToInt64(header, SectionHeaderOffset), sectionTable);
    }

    // Whole pages of the table and of its names, which lie beside each other; nothing where anything else lies among them.
    private static (long From, long To) Cut(byte[] table, int size, byte[] segments, int segmentSize, long headers)
    {
        var none = (0L, 0L);
        var symbols = Enumerable.Range(0, table.Length / size).Where(i => BitConverter.ToUInt32(table, i * size + 4) == Symbols)
            .ToList();
        if (symbols.Count != 1)
            return none;

        var cut = new List<int> { symbols[0], checked((int)BitConverter.ToUInt32(table, symbols[0] * size + 40)) };
        var start = cut.Min(i => BitConverter.ToInt64(table, i * size + 24));
        var end = cut.Max(i => BitConverter.ToInt64(table, i * size + 24) + BitConverter.ToInt64(table, i * size + 32));
        long from = (start + Page - 1) / Page * Page, to = end / Page * Page;
        bool Touches(long at, long length) => length > 0 && at < end && at + length > start;
        var others = Enumerable.Range(0, table.Length / size).Where(i => !cut.Contains(i)
            && BitConverter.ToUInt32(table, i * size + 4) != 8);
        if (to <= from || Touches(headers, table.Length)
            || others.Any(i => Touches(BitConverter.ToInt64(table, i * size + 24), BitConverter.ToInt64(table, i * size + 32)))
            || Enumerable.Range(0, segments.Length / segmentSize).Any(i => Touches(
                BitConverter.ToInt64(segments, i * segmentSize + 8), BitConverter.ToInt64(segments, i * segmentSize + 32))))
        {
            return none;
        }

        foreach (var i in cut)
        {
            BitConverter.GetBytes(Unused).CopyTo(table, i * size + 4);
            BitConverter.GetBytes(0L).CopyTo(table, i * size + 24);
            BitConverter.GetBytes(0L).CopyTo(table, i * size + 32);
        }

        return (from, to);
    }

    private static void Move(byte[] bytes, int place, long behind, long by)
    {
        if (BitConverter.ToInt64(bytes, place) is var offset && offset >= behind)
            BitConverter.GetBytes(offset - by).CopyTo(bytes, place);
    }

    private static byte[] Read(FileStream file, long at, int count)
    {
        var bytes = new byte[count];
        file.Position = at;
        for (int read = 0, more; read < count; read += more)
        {
            if ((more = file.Read(bytes, read, count - read)) == 0)
                throw new ArgumentException("it ends in the middle of its headers.");
        }

        return bytes;
    }

    private static void Write(FileStream file, long at, byte[] bytes)
    {
        file.Position = at;
        file.Write(bytes, 0, bytes.Length);
    }

    private static void CopyBytes(FileStream source, FileStream target, long count)
    {
        var bytes = new byte[1 << 20];
        while (count > 0)
        {
            var read = source.Read(bytes, 0, (int)Math.Min(bytes.Length, count));
            if (read == 0)
                throw new ArgumentException("it ends too early.");

            target.Write(bytes, 0, read);
            count -= read;
        }
    }
}
