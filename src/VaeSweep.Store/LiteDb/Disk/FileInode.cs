using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VaeSweep.Store.LiteDb;

/// <summary>The numbers by which a file system knows a file, whatever its name.</summary>
internal static class FileInode
{
    private const int CurrentFolder = -100;
    private const uint TypeWanted = 0x1;
    private const uint InodeWanted = 0x100;
    private const int BufferBytes = 256;

    /// <summary>Where struct statx has them; it is laid out alike on every architecture.</summary>
    private const int InodeOffset = 32;

    private const int ModeOffset = 28;
    private const int DeviceOffset = 136;
    private const int KindBits = 0xF000;
    private const int OrdinaryFile = 0x8000;

    /// <returns>0 where it cannot be told.</returns>
    public static long Of(string path) => Numbers(path).Inode;

    /// <summary>Whether two paths lead to one file, through links too where that can be told.</summary>
    public static bool AreOne(string first, string second) => Numbers(first) is { Inode: not 0 } numbers
        ? numbers == Numbers(second)
        : string.Equals(Path.GetFullPath(first), Path.GetFullPath(second),
            OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether what is there is no pipe, device or the like, as far as that can be told.</summary>
    public static bool IsOrdinary(string path) => Ask(path) is not { } answer
        || (BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(ModeOffset)) & KindBits) == OrdinaryFile;

    private static (long Inode, long Device) Numbers(string path) => Ask(path) is { } answer
        ? (BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(InodeOffset)),
            BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(DeviceOffset)))
        : default;

    /// <returns>What statx says; null where it says nothing.</returns>
    private static byte[]? Ask(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var buffer = new byte[BufferBytes];
        try
        {
            return statx(CurrentFolder, path, 0, TypeWanted | InodeWanted, buffer) == 0 ? buffer : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

#pragma warning disable IDE1006, SYSLIB1054 // The C library's own name; nothing here that a source generator would do better.
    [DllImport("libc")]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask,
        [Out] byte[] buffer);
#pragma warning restore IDE1006, SYSLIB1054
}
