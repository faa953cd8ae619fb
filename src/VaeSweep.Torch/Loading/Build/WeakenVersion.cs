using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Copies an ELF library and marks its need of one version of another library as weak, which the loader then lets pass
/// where it is not there.</summary>
/// <remarks>
/// TorchSharp's libLibTorchSharp.so is built by a compiler that puts a marker symbol into every library that includes iostream.
/// No code refers to it, but its version is that of GCC 13, and Debian 12 and Ubuntu 22.04 (GCC 12) refuse the library for it.
/// Where the version is there, nothing changes. An error, and no copy, when the library is not as it was when this was written:
/// no such version, other symbols of that version, or code that refers to the symbol. Sections and fields by their names in elf.h
/// and in the ELF gABI with GNU's symbol versioning.
/// </remarks>
public class WeakenVersion : Task
{
    private const uint Rela = 4, DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, VersionsOfSymbols = 0x6fffffff;
    private const byte Weak = 2;
    private const int SymbolSize = 24, RelocationSize = 24;
    private byte[] _bytes;

    [Required]
    public string Source { get; set; }

    [Required]
    public string Target { get; set; }

    /// <summary>GLIBCXX_3.4.32.</summary>
    [Required]
    public string Version { get; set; }

    /// <summary>The one symbol that may be of that version.</summary>
    [Required]
    public string Symbol { get; set; }

    public override bool Execute()
    {
        try
        {
            _bytes = File.ReadAllBytes(Source);
            var wrong = Change();
            if (wrong == null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Target));
                File.WriteAllBytes(Target, _bytes);
                return true;
            }

            Fail(wrong);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException || unreadable is IndexOutOfRangeException
            || unreadable is OverflowException)
        {
            Fail("it is damaged, or no ELF library of 64 bits");
        }
        catch (Exception absent) when (absent is IOException || absent is UnauthorizedAccessException)
        {
            Fail(absent.Message);
        }

        return false;
    }

    private void Fail(string reason) => Log.LogError(
        "{0}: its need of {1} cannot be made weak: {2}. Has the package changed? Then see whether it loads on the oldest systems "
            + "without this step "
        + "(src/VaeSweep.Torch/Loading).", Source, Version, reason);

    // Null when it is done, else why not.
    private string Change()
    {
        if (_bytes.Length < 64 || U32(0) != 0x464c457f || _bytes[4] != 2 || _bytes[5] != 1)
            return "it is no ELF library of 64 bits";

        var flags = Needs().Where(need => need.Name == Version).ToList();
        if (flags.Count == 0)
            return "it names no such version";

        var index = flags.Select(f => f.Index).Distinct().ToList();
        var symbols = Symbols(index);
        if (symbols.Count != 1 || symbols[0].Name != Symbol)
        {
            return $"of that version it wants {string.Join(", ", symbols.Select(s => s.Name))}, where {Symbol} alone "
                + "was expected";
        }

        if (Referred(symbols[0].Number))
            return $"its code refers to {Symbol}";

        flags.ForEach(need => _bytes[need.Flags] |= Weak);
        return null;
    }

    private IEnumerable<(string Name, int Flags, int Index)> Needs()
    {
        foreach (var section in Sections(VersionNeeds))
        {
            var names = Linked(section);
            for (long need = Offset(section), next = 1; next != 0; need += next)
            {
                next = U32(need + 12);
                for (long entry = need + U32(need + 8), step = 1; step != 0; entry += step)
                {
                    step = U32(entry + 12);
                    yield return (Text(names + U32(entry + 8)), checked((int)entry + 4), U16(entry + 6));
                }
            }
        }
    }

    private List<(string Name, uint Number)> Symbols(List<int> versions)
    {
        var found = new List<(string, uint)>();
        long table = Sections(DynamicSymbols).Single(), names = Linked(table), of = Offset(Sections(VersionsOfSymbols).Single());
        for (uint i = 0; i < Size(table) / SymbolSize; i++)
        {
            if (versions.Contains(U16(of + i * 2) & 0x7fff))
                found.Add((Text(names + U32(Offset(table) + i * SymbolSize)), i));
        }

        return found;
    }

    private bool Referred(uint symbol) => Sections(Rela).Any(section =>
        Enumerable.Range(0, (int)(Size(section) / RelocationSize))
            .Any(i => U32(Offset(section) + (long)i * RelocationSize + 12) == symbol));

    private IEnumerable<long> Sections(uint type)
    {
        long headers = I64(0x28);
        int size = U16(0x3A), count = U16(0x3C);
        return Enumerable.Range(0, count).Select(i => headers + (long)i * size).Where(header => U32(header + 4) == type);
    }

    private long Offset(long section) => I64(section + 24);

    private long Size(long section) => I64(section + 32);

    private long Linked(long section) => Offset(I64(0x28) + (long)U32(section + 40) * U16(0x3A));

    private string Text(long at) =>
        Encoding.ASCII.GetString(_bytes, checked((int)at), Array.IndexOf(_bytes, (byte)0, checked((int)at)) - checked((int)at));

    private ushort U16(long at) => BitConverter.ToUInt16(_bytes, checked((int)at));

    private uint U32(long at) => BitConverter.ToUInt32(_bytes, checked((int)at));

    private long I64(long at) => BitConverter.ToInt64(_bytes, checked((int)at));
}
