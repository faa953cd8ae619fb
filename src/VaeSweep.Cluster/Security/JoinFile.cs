using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Transport.DotNetty;
using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Security;

/// <summary>What lets workers and commands into one head: the file STORE.key that its first start with a key makes, or a copy of
/// it on another machine.</summary>
/// <remarks>Text: the head's fingerprint, the store's authority, and a member's certificate with its private key.</remarks>
public sealed class JoinFile
{
    internal const string Kind = "key file";
    private const string FingerprintLine = "Head-Fingerprint: ";
    private const int FingerprintLength = 64;
    private static readonly TimeSpan _soon = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;

    private JoinFile(string path, Credentials credentials, TimeProvider time) =>
        (Path, Credentials, _time) = (path, credentials, time);

    public string Path { get; }

    /// <summary>After this moment it opens nothing any more.</summary>
    public DateTimeOffset ExpiresAt => Certificates.EndOf(Credentials.Certificate);

    /// <summary>Within 30 days.</summary>
    public bool ExpiresSoon => ExpiresAt - _time.GetUtcNow() < _soon;

    internal Credentials Credentials { get; }

    /// <exception cref="KeyException">It cannot be used; the message says why and what to do.</exception>
    public static JoinFile Read(string path, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(time);
        var full = System.IO.Path.GetFullPath(path);
        var (text, certificates) = KeyFile.Read(full, Kind);
        var fingerprint = text.Split('\n').FirstOrDefault(line => line.StartsWith(FingerprintLine, StringComparison.Ordinal))
            ?[FingerprintLine.Length..].Trim();
        if (certificates is not [{ HasPrivateKey: false } authority, { HasPrivateKey: true } member]
            || fingerprint is not { Length: FingerprintLength })
        {
            throw KeyFile.NotOne(full, Kind, "a head's fingerprint, an authority and a member's certificate with its key "
                + "belong in it",
                null);
        }

        var credentials = new Credentials(member, authority, fingerprint, time);
        var file = new JoinFile(full, credentials, time);
        if (file.ExpiresAt < time.GetUtcNow())
        {
            throw new KeyException(string.Create(CultureInfo.InvariantCulture,
                $"The key file '{full}' expired on {file.ExpiresAt:yyyy-MM-dd}. Make new keys on the head, and copy its key "
                    + $"file here."));
        }

        return credentials.FaultOf(member, PeerRole.Member) is { } fault
            ? throw KeyFile.NotOne(full, Kind, fault, null)
            : file;
    }

    /// <summary>TLS for a process that talks with a head.</summary>
    /// <param name="head">The head's HOST:PORT, of a node: there only the head may answer, and elsewhere other members. Null of a
    /// command, which talks with nobody else.</param>
    public DotNettySslSetup Setup(ILogger logger, string? head = null) => Setup(new Refusals(logger, _time), head);

    internal DotNettySslSetup Setup(Refusals refusals, string? head) => Credentials.ForAkka(
        refusals, address => head is null || address.EndsWith($"@{head}", StringComparison.OrdinalIgnoreCase));

    /// <returns>The text of the file.</returns>
    internal static string Write(Credentials head, X509Certificate2 member) =>
        $"""
        This file lets workers and commands of VaeSweep into the head of '{head.Authority.Subject}': --key FILE.
        Keep it from others (chmod 600). Expires: {Certificates.EndOf(member):yyyy-MM-dd}
        {FingerprintLine}{head.HeadFingerprint}

        """ + KeyText.Write(head.Authority, withKey: false) + KeyText.Write(member, withKey: true);
}
