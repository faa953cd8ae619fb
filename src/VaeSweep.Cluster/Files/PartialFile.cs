using System.Security.Cryptography;

namespace VaeSweep.Cluster.Files;

/// <summary>A file that arrives piece by piece, under a name of its own until it is whole. What has arrived stays when the
/// connection or the process goes, and is gone on with by who receives the same content again.</summary>
/// <remarks>Such names begin with a dot and end with .tmp: <see cref="Leftovers"/> clears them when their attempt has
/// ended.</remarks>
internal sealed class PartialFile : IAsyncDisposable
{
    private const int PieceBytes = 65_536;
    private const int SumShown = 16;

    private readonly FileStream _file;
    private readonly IncrementalHash _hash;
    private readonly string _target;
    private readonly byte[] _sum;
    private readonly long _length;

    private PartialFile(FileStream file, IncrementalHash hash, string target, long length, byte[] sum) =>
        (_file, _hash, _target, _length, _sum) = (file, hash, target, length, sum);

    /// <summary>So much of it is there.</summary>
    public long Offset => _file.Position;

    /// <param name="target">Where it goes in the end.</param>
    /// <param name="sum">SHA-256 of all of it.</param>
    /// <exception cref="FileTransferException">Somebody else is receiving it, or the disk does not let it.</exception>
    public static async Task<PartialFile> OpenAsync(string target, long length, byte[] sum, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(target)!;
        var part = Path.Combine(folder, $".{Path.GetFileName(target)}.{Convert.ToHexStringLower(sum)[..SumShown]}.tmp");
        FileStream? file = null;
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            Directory.CreateDirectory(folder);
            file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (file.Length > length)
                file.SetLength(0);
            var buffer = new byte[PieceBytes];
            for (int count; (count = await file.ReadAsync(buffer, cancellationToken)) > 0;)
                hash.AppendData(buffer.AsSpan(0, count));
            return new PartialFile(file, hash, target, length, sum);
        }
        catch (Exception failure)
        {
            hash.Dispose();
            if (file is not null)
                await file.DisposeAsync();
            if (failure is IOException or UnauthorizedAccessException)
                throw FileErrors.Of(failure, $"'{target}' cannot be written");
            throw;
        }
    }

    /// <summary>Whether the target is there already, as it should be.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        if (new FileInfo(_target) is not { Exists: true } there || there.Length != _length)
            return false;
        await using var file = new FileStream(_target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return (await SHA256.HashDataAsync(file, cancellationToken)).AsSpan().SequenceEqual(_sum);
    }

    /// <summary>Receives the rest.</summary>
    /// <param name="patience">For each piece.</param>
    /// <exception cref="EndOfStreamException">It was cut off.</exception>
    /// <exception cref="FileTransferException">The disk does not let it.</exception>
    public async Task TakeAsync(Stream from, Patience patience)
    {
        var buffer = new byte[PieceBytes];
        while (Offset < _length)
        {
            var wanted = (int)Math.Min(buffer.Length, _length - Offset);
            var count = await from.ReadAsync(buffer.AsMemory(0, wanted), patience.Next());
            if (count == 0)
                throw new EndOfStreamException();
            try
            {
                await _file.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
            }
            catch (IOException failure)
            {
                throw FileErrors.Of(failure, $"'{_target}' cannot be written");
            }

            _hash.AppendData(buffer.AsSpan(0, count));
        }
    }

    /// <summary>Puts it where it belongs, once the disk has it.</summary>
    /// <exception cref="FileTransferException">It is not what was sent, and is forgotten; or the disk does not let
    /// it.</exception>
    public void Finish()
    {
        try
        {
            if (!_hash.GetCurrentHash().AsSpan().SequenceEqual(_sum))
            {
                File.Delete(_file.Name);
                throw new FileTransferException(
                    FileFault.Corrupted, $"'{_target}' did not arrive as it was sent; it is sent anew.");
            }

            _file.Flush(flushToDisk: true);
            File.Move(_file.Name, _target, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Of(failure, $"'{_target}' cannot be written");
        }
    }

    /// <summary>Forgets what has arrived.</summary>
    public void Drop() => File.Delete(_file.Name);

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _file.DisposeAsync();
    }
}
