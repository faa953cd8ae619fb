using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Loading;

/// <summary>Looks at a library before it is loaded: a file that was cut off would otherwise end the process without a
/// word.</summary>
internal static class LibraryFile
{
    private const int HeaderSize = 64, SegmentSize = 56, LoadSegment = 1;

    /// <returns>What is wrong with it, as the end of a sentence that begins with its name; null for nothing, and on systems
    /// without ELF.</returns>
    public static string? Fault(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;

        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> header = stackalloc byte[HeaderSize];
            if (RandomAccess.Read(file, header, 0) < HeaderSize || !header[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
                return "is no library of a 64-bit Linux";

            var machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
            if (machine != Machine())
            {
                return $"is for another processor (ELF machine {machine}, where {RuntimeInformation.ProcessArchitecture} "
                    + $"is {Machine()})";
            }

            var (length, needed) = (RandomAccess.GetLength(file), Needed(file, header));
            return length < needed ? $"is cut off: it has {length} bytes of at least {needed}" : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {unreadable.Message}";
        }
    }

    // The end of what is mapped into memory.
    private static long Needed(Microsoft.Win32.SafeHandles.SafeFileHandle file, ReadOnlySpan<byte> header)
    {
        var at = BinaryPrimitives.ReadInt64LittleEndian(header[0x20..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[0x38..]);
        var end = at + (count * SegmentSize);
        Span<byte> segment = stackalloc byte[SegmentSize];
        for (var i = 0; i < count && RandomAccess.Read(file, segment, at + (i * SegmentSize)) == SegmentSize; i++)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(segment) == LoadSegment)
            {
                end = Math.Max(end, BinaryPrimitives.ReadInt64LittleEndian(segment[8..])
                    + BinaryPrimitives.ReadInt64LittleEndian(segment[32..]));
            }
        }

        return end;
    }

    private static int Machine() =>
        RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 62, Architecture.Arm64 => 183, _ => -1 };
}
