using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Transport.DotNetty;

namespace VaeSweep.Cluster.Security;

/// <summary>What a process shows to others, and by which it knows them.</summary>
/// <param name="certificate">Its own, with the private key.</param>
/// <param name="authority">Of the store: whom it did not sign is a stranger.</param>
/// <param name="headFingerprint">Of the only certificate that the head has.</param>
internal sealed class Credentials(
    X509Certificate2 certificate, X509Certificate2 authority, string headFingerprint, TimeProvider time)
{
    // A peer that this process calls is named by an address such as ssl.tcp://vaesweep@host:1, one that calls by its socket's.
    private const string SchemeEnd = "://";

    public X509Certificate2 Certificate => certificate;

    public X509Certificate2 Authority => authority;

    public string HeadFingerprint => headFingerprint;

    /// <summary>Whether a peer is what it should be.</summary>
    /// <param name="wanted"><see cref="PeerRole.Head"/> for the head alone, <see cref="PeerRole.Member"/> for any holder of the
    /// store's keys.</param>
    /// <returns>What is wrong with it, for a person; null when nothing is.</returns>
    public string? FaultOf(X509Certificate2? peer, PeerRole wanted)
    {
        if (peer is null)
            return "it showed no certificate";
        if (peer.Issuer != authority.Subject)
        {
            return $"its certificate is of another store (signed by '{peer.Issuer}'; this key is of '{authority.Subject}'): " +
                "use the key that was made beside the store";
        }

        using var chain = new X509Chain { ChainPolicy = Policy() };
        var trusted = chain.Build(peer);
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        if (!trusted)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var (begins, ends) = (peer.NotBefore.ToUniversalTime(), peer.NotAfter.ToUniversalTime());
            return ends < now ? $"its certificate expired on {ends:yyyy-MM-dd}: make new keys on the head"
                : begins > now ? $"its certificate is good from {begins:yyyy-MM-dd} only: look at the clocks of both machines"
                : "its certificate was not signed by this store's authority, though it says so";
        }

        return Certificates.RoleOf(peer) switch
        {
            null => "its certificate is for neither a head nor a member",
            PeerRole.Member when wanted == PeerRole.Head => "it has the key of a member and poses as the head",
            PeerRole.Head when Certificates.FingerprintOf(peer) != headFingerprint =>
                "its certificate is another head's than this key was made for",
            _ => null,
        };
    }

    /// <summary>For a connection from elsewhere, which anyone with the store's keys may make.</summary>
    public SslServerAuthenticationOptions ForServer(Refusals refusals, string peer) => new()
    {
        ServerCertificate = certificate,
        ClientCertificateRequired = true,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, shown, _, _) => refusals.Admits(peer, FaultOf(Of(shown), PeerRole.Member)),
    };

    /// <summary>For a connection to another process.</summary>
    /// <param name="wanted">See <see cref="FaultOf"/>.</param>
    /// <param name="onFault">Told what is wrong with who answers there.</param>
    public SslClientAuthenticationOptions ForClient(string host, PeerRole wanted, Action<string> onFault) => new()
    {
        TargetHost = host,
        ClientCertificates = [certificate],
        LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, shown, _, _) =>
        {
            var fault = FaultOf(Of(shown), wanted);
            if (fault is not null)
                onFault(fault);
            return fault is null;
        },
    };

    /// <summary>For Akka, which asks for clients and servers alike.</summary>
    /// <param name="isHead">Whether only the head may answer at an address that is called.</param>
    public DotNettySslSetup ForAkka(Refusals refusals, Func<string, bool> isHead) =>
        new(certificate, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: false,
            customValidator: (shown, _, peer, _, _) =>
            {
                var isCalled = peer.Contains(SchemeEnd, StringComparison.Ordinal);
                return refusals.Admits(peer, FaultOf(shown, isCalled && isHead(peer) ? PeerRole.Head : PeerRole.Member));
            });

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // A stranger's certificate must not make this process ask addresses that it names.
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.Add(authority);
        return policy;
    }

    private static X509Certificate2? Of(X509Certificate? shown) =>
        shown as X509Certificate2 ?? (shown is null ? null : X509CertificateLoader.LoadCertificate(shown.GetRawCertData()));
}
