using System.Buffers.Binary;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Files;

/// <summary>What a node does with files itself; simulations have a disk of their own.</summary>
internal class ArtifactDisk
{
    private const int Chunk = 1 << 20;

    public virtual bool Exists(string path) => File.Exists(path);

    /// <summary>Whether a checkpoint is as it was written: its last four bytes are the CRC-32C of all others.</summary>
    public virtual bool IsSound(string path)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, Chunk, FileOptions.SequentialScan);
            var (left, crc, buffer) = (file.Length - sizeof(uint), uint.MaxValue, new byte[Chunk]);
            if (left < 0)
                return false;
            for (int read; left > 0; left -= read)
            {
                read = (int)Math.Min(buffer.Length, left);
                file.ReadExactly(buffer, 0, read);
                crc = Crc32C.Append(crc, buffer.AsSpan(0, read));
            }

            file.ReadExactly(buffer, 0, sizeof(uint));
            return BinaryPrimitives.ReadUInt32LittleEndian(buffer) == ~crc;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>In bytes; 0 where there is no such file.</summary>
    public virtual long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Bytes that may still be written where a folder is; as good as endless where nobody can say.</summary>
    public virtual long Free(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>All files below a folder, hidden ones too, and none that a link leads to: it may lead to what is not ours. None
    /// where there is no such folder.</summary>
    public virtual IReadOnlyList<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(
            folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
                : [];

    /// <summary>Deletes files that nobody needs any more, and the folders that this empties. What cannot be deleted
    /// stays.</summary>
    /// <returns>How many are gone.</returns>
    public virtual int Delete(IEnumerable<string> paths)
    {
        var deleted = 0;
        foreach (var path in paths)
        {
            try
            {
                if (!File.Exists(path))
                    continue;

                File.Delete(path);
                deleted++;
                // An attempt's, its trial's, its sweep's.
                var folder = Path.GetDirectoryName(path);
                for (var level = 0;
                    level < 3 && folder is not null && !Directory.EnumerateFileSystemEntries(folder).Any(); level++)
                {
                    Directory.Delete(folder);
                    if (level == 0 && !Path.GetFileName(folder).StartsWith("attempt-", StringComparison.Ordinal))
                        break;
                    folder = Path.GetDirectoryName(folder);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Left behind: it costs space, nothing else.
            }
        }

        return deleted;
    }
}
