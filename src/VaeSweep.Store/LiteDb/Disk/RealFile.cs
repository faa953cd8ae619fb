using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaeSweep.Store.LiteDb;

/// <summary>A file of the operating system.</summary>
internal sealed class RealFile : IDiskFile
{
    private readonly SafeFileHandle _handle;
    private long _length;

    public RealFile(string path, DiskAccess access)
    {
        Path = path;
        var isNew = access == DiskAccess.Write && !File.Exists(path);
        _handle = access == DiskAccess.Write
            ? File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        _length = RandomAccess.GetLength(_handle);
        // A new file's name must be as durable as what it will hold.
        if (isNew)
            SyncFolderOf(path);
    }

    public string Path { get; }
    public long Length => _length;
    public long Stamp => File.GetLastWriteTimeUtc(_handle).Ticks;

    public int Read(long position, Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length && RandomAccess.Read(_handle, buffer[count..], position + count) is > 0 and var read)
            count += read;
        return count;
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, position);
        _length = Math.Max(_length, position + bytes.Length);
    }

    public void SetLength(long length)
    {
        RandomAccess.SetLength(_handle, length);
        _length = length;
    }

    public void Sync() => Native.SyncData(_handle, Path);

    /// <summary>Makes the name of a file durable.</summary>
    public static void SyncFolderOf(string path) =>
        Native.SyncFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);

    public void Dispose() => _handle.Dispose();

    /// <summary>What .NET does not offer: fdatasync, which spares the file system a journal commit when only old blocks changed,
    /// and the sync of a folder.</summary>
    private static class Native
    {
        public static void SyncData(SafeFileHandle handle, string path)
        {
            if (OperatingSystem.IsLinux())
                Check(fdatasync(handle), path);
            else
                RandomAccess.FlushToDisk(handle);
        }

        public static void SyncFolder(string path)
        {
            if (!OperatingSystem.IsLinux())
                return;
            using var folder = open(path, 0);
            if (!folder.IsInvalid)
                Check(fsync(folder), path);
        }

        private static void Check(int result, string path)
        {
            if (result == 0)
                return;
            var code = Marshal.GetLastPInvokeError();
            throw new IOException($"'{path}' could not be synced to the disk: {Marshal.GetPInvokeErrorMessage(code)}", code);
        }

#pragma warning disable IDE1006, SYSLIB1054 // The C library's own names; nothing here that a source generator would do better.
        [DllImport("libc", SetLastError = true)]
        private static extern int fdatasync(SafeFileHandle file);

        [DllImport("libc", SetLastError = true)]
        private static extern int fsync(SafeFileHandle file);

        [DllImport("libc", SetLastError = true)]
        private static extern SafeFileHandle open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
#pragma warning restore IDE1006, SYSLIB1054
    }
}
