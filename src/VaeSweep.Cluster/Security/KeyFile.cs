using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VaeSweep.Cluster.Security;

/// <summary>A file with a private key: its owner alone may read it.</summary>
internal static class KeyFile
{
    private const int MostBytes = 65_536;
    private const int OctalBase = 8;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersAny = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes it whole or not at all, and over nothing.</summary>
    /// <exception cref="KeyException">It cannot be written, or there is one already.</exception>
    public static void Write(string path, string text)
    {
        var part = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var file = new FileStream(part, options))
            using (var writer = new StreamWriter(file))
            {
                writer.Write(text);
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(part);
            throw new KeyException($"The key file '{path}' cannot be written: {error.Message}", error);
        }
    }

    /// <param name="kind">For the message: what it should be.</param>
    /// <returns>All of its text, and the certificates in it.</returns>
    /// <exception cref="KeyException">It is not there, others may read it, or it is something else.</exception>
    public static (string Text, IReadOnlyList<X509Certificate2> Certificates) Read(string path, string kind)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            DemandPrivate(file, path);
            if (file.Length > MostBytes)
                throw NotOne(path, kind, $"it has {file.Length} bytes", null);
            using var reader = new StreamReader(file);
            var text = reader.ReadToEnd();
            return (text, KeyText.Read(text));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyException($"There is no {kind} '{path}'.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeyException($"The {kind} '{path}' cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw NotOne(path, kind, error.Message, error);
        }
    }

    public static KeyException NotOne(string path, string kind, string why, Exception? inner) =>
        new($"'{path}' is no {kind} of VaeSweep: {why.TrimEnd('.')}.", inner);

    /// <summary>Of the opened file: what lies there by name may be another one by now.</summary>
    private static void DemandPrivate(FileStream file, string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var mode = File.GetUnixFileMode(file.SafeFileHandle);
        if ((mode & OthersAny) != UnixFileMode.None)
        {
            throw new KeyException(
                $"Others may read or change '{path}' (mode {Convert.ToString((int)mode, OctalBase)}), and it holds a "
                    + "private key. " +
                $"Take that away: chmod 600 '{path}'. If others could read it, make new keys.");
        }
    }
}
