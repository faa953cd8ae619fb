using System.Buffers.Binary;
using System.Runtime.InteropServices;

/// <summary>Loads TorchSharp's native files by path, so that no other libtorch of the system answers to their names.</summary>
internal static class NativeFiles
{
    private const ushort Weak = 2;

    public static void Load()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "libtorch");
        foreach (var file in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            NativeLibrary.Load(Path.Combine(folder, file));

        // The shim asks for GLIBCXX_3.4.32, which systems of 2023 have not, for one marker that is never called.
        var shim = File.ReadAllBytes(Path.Combine(folder, "libLibTorchSharp.so"));
        Weaken(shim, "GLIBCXX_3.4.32"u8);
        var weakened = Path.Combine(Path.GetTempPath(), $"libLibTorchSharp.{Environment.ProcessId}.so");
        File.WriteAllBytes(weakened, shim);
        NativeLibrary.Load(weakened);
        File.Delete(weakened);
    }

    /// <summary>Marks a needed version as one that may be missing. The need is an ELF record that begins with the hash of its
    /// name and 16 bits of flags.</summary>
    private static void Weaken(Span<byte> library, ReadOnlySpan<byte> version)
    {
        uint hash = 0;
        foreach (var letter in version)
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        var found = new List<int>();
        for (var at = 0; at + 6 <= library.Length; at += 4)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(library[at..]) == hash
                && BinaryPrimitives.ReadUInt16LittleEndian(library[(at + 4)..]) == 0)
            {
                found.Add(at);
            }
        }

        if (found.Count != 1)
        {
            throw new InvalidOperationException(
                $"libLibTorchSharp.so names GLIBCXX_3.4.32 {found.Count} times instead of once: the package has changed.");
        }

        BinaryPrimitives.WriteUInt16LittleEndian(library[(found[0] + 4)..], Weak);
    }
}
