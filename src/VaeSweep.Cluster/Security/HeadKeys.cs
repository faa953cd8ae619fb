using System.Globalization;
using Akka.Remote.Transport.DotNetty;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Security;

/// <summary>A head's own keys, made once and kept beside the store (STORE.headkey), and the <see cref="JoinFile"/> that lets
/// others in.</summary>
/// <remarks>Whoever may read STORE.headkey can pose as the head; whoever may read the join file can join it and steer
/// it.</remarks>
public sealed class HeadKeys
{
    private const string Kind = "head's key file";
    private const string BrowserKind = "dashboard's certificate";
    private static readonly TimeSpan _worthKeeping = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;
    private readonly X509Certificate2 _authority;

    private HeadKeys(string path, Credentials credentials, JoinFile join, X509Certificate2 authority, TimeProvider time) =>
        (Path, Credentials, Join, _authority, _time) = (path, credentials, join, authority, time);

    public string Path { get; }

    /// <summary>To be given to workers and commands on other machines.</summary>
    public JoinFile Join { get; }

    /// <summary>Of the head's certificate, SHA-256.</summary>
    public string Fingerprint => Credentials.HeadFingerprint;

    internal Credentials Credentials { get; }

    /// <summary>A certificate for browsers, of the store's authority. It is kept, so that who has accepted it once is asked
    /// again only when it ends.</summary>
    /// <param name="file">Where it is kept.</param>
    /// <param name="host">The name or address that browsers know.</param>
    /// <exception cref="KeyException">The file cannot be read or written.</exception>
    public X509Certificate2 ServerCertificate(string file, string host)
    {
        var now = _time.GetUtcNow();
        if (File.Exists(file) && KeyFile.Read(file, BrowserKind).Certificates is [{ HasPrivateKey: true } kept]
            && kept.Issuer == _authority.Subject && kept.MatchesHostname(host) && Certificates.EndOf(kept) - now > _worthKeeping)
        {
            return kept;
        }

        File.Delete(file);
        var made = Certificates.IssueForBrowsers(_authority, host, now);
        KeyFile.Write(file, "What a VaeSweep dashboard shows to browsers (chmod 600).\n\n" + KeyText.Write(made, withKey: true));
        return made;
    }

    public static string PathOf(string store) => store + ".headkey";

    /// <summary>Where the join file is unless told otherwise.</summary>
    public static string JoinPathOf(string store) => store + ".key";

    /// <summary>Reads the keys of a store, or makes them. By who has the store's lock, so that they are made once.</summary>
    /// <param name="keyFile">Where the join file is or goes; null for <see cref="JoinPathOf"/>.</param>
    /// <exception cref="KeyException">They cannot be used; the message says why and what to do.</exception>
    public static HeadKeys LoadOrMake(string store, string? keyFile, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(store);
        ArgumentNullException.ThrowIfNull(time);
        var path = PathOf(System.IO.Path.GetFullPath(store));
        var joinPath = System.IO.Path.GetFullPath(keyFile ?? JoinPathOf(store));
        if (!File.Exists(path))
            Make(path, joinPath, time);
        var (_, certificates) = KeyFile.Read(path, Kind);
        if (certificates is not [{ HasPrivateKey: true } authority, { HasPrivateKey: true } head])
            throw KeyFile.NotOne(path, Kind, "an authority and a head's certificate, both with their keys, belong in it", null);
        var credentials = new Credentials(head, authority, Certificates.FingerprintOf(head), time);
        var now = time.GetUtcNow();
        var ends = Certificates.EndOf(head);
        if (ends < now)
        {
            throw new KeyException(string.Create(CultureInfo.InvariantCulture,
                $"The keys in '{path}' expired on {ends:yyyy-MM-dd}. Delete that file and '{joinPath}': the next start "
                    + $"makes new " +
                $"ones. Then copy '{joinPath}' to all workers and commands."));
        }

        if (credentials.FaultOf(head, PeerRole.Head) is { } fault)
            throw KeyFile.NotOne(path, Kind, fault, null);
        // It may have been deleted by mistake: one more certificate of the same authority is as good as the first.
        if (!File.Exists(joinPath))
        {
            using var member = Certificates.Issue(authority, PeerRole.Member, now);
            KeyFile.Write(joinPath, JoinFile.Write(credentials, member));
        }

        var join = JoinFile.Read(joinPath, time);
        return join.Credentials.HeadFingerprint == credentials.HeadFingerprint
            && credentials.FaultOf(join.Credentials.Certificate, PeerRole.Member) is null
            ? new HeadKeys(path, credentials, join, authority, time)
            : throw new KeyException(
                $"The key file '{joinPath}' is of another store than '{path}'. Name another with --key, or delete it: " +
                "it is made anew.");
    }

    /// <summary>TLS for the head's actor system.</summary>
    public DotNettySslSetup Setup(ILogger logger) => Setup(new Refusals(logger, _time));

    // A head connects to nodes, never to another head: whoever has the store's keys may answer.
    internal DotNettySslSetup Setup(Refusals refusals) => Credentials.ForAkka(refusals, _ => false);

    private static void Make(string path, string joinPath, TimeProvider time)
    {
        if (File.Exists(joinPath))
        {
            throw new KeyException(
                $"There is '{joinPath}', but the head's own keys '{path}' are gone. Put them back; or delete '{joinPath}', and " +
                "new keys are made, which all workers and commands then need.");
        }

        var now = time.GetUtcNow();
        using var authority = Certificates.MakeAuthority(now);
        using var head = Certificates.Issue(authority, PeerRole.Head, now);
        KeyFile.Write(path, "The keys of a VaeSweep head. They belong to the store beside them, and to nobody else (chmod "
            + "600).\n\n"
            + KeyText.Write(authority, withKey: true) + KeyText.Write(head, withKey: true));
    }
}
