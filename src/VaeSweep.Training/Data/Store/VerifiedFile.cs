using System.Security.Cryptography;

namespace VaeSweep.Training.Data;

/// <summary>Tells whether a file is the published one, compressed or not, and reads it.</summary>
internal static class VerifiedFile
{
    // A gzip header may hold a name and a comment, so a copy that was compressed anew may be a little larger.
    private const long Slack = 65_536;

    // Of a file that nothing is known of.
    private const long LargestUnseen = 1L << 30;

    /// <summary>No copy of a file can be larger than this.</summary>
    public static long LargestSize(DataFile file) => !file.IsKnown
        ? LargestUnseen : Math.Max(file.Bytes, file.ContentBytes) + Slack;

    /// <summary>Reads, checks and unpacks a file.</summary>
    /// <exception cref="DataFormatException">It is not the published file.</exception>
    public static DataContent Read(DataFile file, string path)
    {
        var length = new FileInfo(path).Length;
        if (length > LargestSize(file))
            throw new DataFormatException(path, 0, $"{file.Name} of {file.Bytes:N0} bytes", $"a file of {length:N0} bytes");

        var bytes = File.ReadAllBytes(path);
        if (!file.IsKnown)
        {
            return new DataContent(path, file.IsCompressed && GzipContent.IsGzip(bytes)
                ? GzipContent.Unpack(path, bytes, LargestUnseen) : bytes);
        }

        var hash = Hash(bytes);
        if (string.Equals(hash, file.Sha256, StringComparison.Ordinal))
            return new DataContent(path, file.IsCompressed ? GzipContent.Unpack(path, bytes, file.ContentBytes) : bytes);

        var content = file.IsCompressed && GzipContent.IsGzip(bytes) ? GzipContent.Unpack(path, bytes, file.ContentBytes) : bytes;
        var contentHash = ReferenceEquals(content, bytes) ? hash : Hash(content);
        if (!string.Equals(contentHash, file.ContentSha256, StringComparison.Ordinal))
        {
            throw new DataFormatException(
                path, 0, $"{file.Name} of {file.Bytes:N0} bytes with SHA-256 {file.Sha256}",
                $"{length:N0} bytes with SHA-256 {hash}");
        }

        return new DataContent(path, content);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
