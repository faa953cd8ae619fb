using System.Buffers.Binary;
using System.Text;

namespace VaeSweep.Torch.Tests.Loading;

/// <summary>What versions of which libraries an ELF library wants of the system, from its dynamic section, as the loader reads
/// it.</summary>
internal static class VersionNeeds
{
    private const long StringTable = 5, Needs = 0x6ffffffe, NeedCount = 0x6fffffff;

    /// <returns>GLIBC_2.34, false; GLIBCXX_3.4.32, true (weak); ...</returns>
    public static IReadOnlyList<(string Version, bool Weak)> Of(string path)
    {
        var b = File.ReadAllBytes(path);
        long I64(long at) => BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan((int)at));
        uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan((int)at));
        ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan((int)at));
        var segments = Enumerable.Range(0, U16(0x38)).Select(i => I64(0x20) + (i * 56L)).ToList();
        long InFile(long address) =>
            segments.Where(s => U32(s) == 1 && address >= I64(s + 16) && address < I64(s + 16) + I64(s + 32))
                .Select(s => address - I64(s + 16) + I64(s + 8)).First();

        var dynamic = segments.First(s => U32(s) == 2);
        var entries = new Dictionary<long, long>();
        for (var at = I64(dynamic + 8); I64(at) != 0; at += 16)
            entries[I64(at)] = I64(at + 8);

        var found = new List<(string, bool)>();
        if (!entries.TryGetValue(Needs, out var first))
            return found;

        var (need, names) = (InFile(first), InFile(entries[StringTable]));
        for (var i = 0; i < entries[NeedCount]; i++, need += U32(need + 12))
        {
            var entry = need + U32(need + 8);
            for (var j = 0; j < U16(need + 2); j++, entry += U32(entry + 12))
            {
                var name = b.AsSpan((int)(names + U32(entry + 8)));
                found.Add((Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]), (U16(entry + 4) & 2) != 0));
            }
        }

        return found;
    }
}
