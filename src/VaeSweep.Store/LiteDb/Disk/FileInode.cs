using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VaeSweep.Store.LiteDb;

/// <summary>The number by which a file system knows a file, whatever its name.</summary>
internal static class FileInode
{
    private const int CurrentFolder = -100;
    private const uint InodeWanted = 0x100;
    private const int BufferBytes = 256;

    /// <summary>Where struct statx has it; it is laid out alike on every architecture.</summary>
    private const int InodeOffset = 32;

    /// <returns>0 where it cannot be told.</returns>
    public static long Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        var buffer = new byte[BufferBytes];
        try
        {
            return statx(CurrentFolder, path, 0, InodeWanted, buffer) == 0
                ? BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(InodeOffset)) : 0;
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

#pragma warning disable IDE1006, SYSLIB1054 // The C library's own name; nothing here that a source generator would do better.
    [DllImport("libc")]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask,
        [Out] byte[] buffer);
#pragma warning restore IDE1006, SYSLIB1054
}
