using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VaeSweep.Cluster.Security;

/// <summary>Makes and tells apart the certificates of one store: ECDSA over P-256, good for ten years.</summary>
internal static class Certificates
{
    private const int Years = 10;
    private const int SerialBytes = 16;
    private const int NameBytes = 4;
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    // Clocks differ between machines: what was made just now is good everywhere.
    private static readonly TimeSpan _slack = TimeSpan.FromDays(1);

    /// <summary>An authority that signs nothing but the certificates of one store.</summary>
    public static X509Certificate2 MakeAuthority(DateTimeOffset now)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=vaesweep store {name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(now - _slack, now.AddYears(Years));
    }

    /// <param name="authority">With its private key.</param>
    public static X509Certificate2 Issue(X509Certificate2 authority, PeerRole role, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(SubjectOf(role), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse), new Oid(ClientUse)], true));
        var until = now.AddYears(Years) < EndOf(authority) ? now.AddYears(Years) : EndOf(authority);
        using var bare = request.Create(authority, now - _slack, until, RandomNumberGenerator.GetBytes(SerialBytes));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>A server's, which no browser knows without its authority.</summary>
    /// <param name="authority">With its private key.</param>
    /// <param name="host">The name or address that browsers know.</param>
    public static X509Certificate2 IssueForBrowsers(X509Certificate2 authority, string host, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=vaesweep dashboard", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse)], false));
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var until = now.AddYears(1) < EndOf(authority) ? now.AddYears(1) : EndOf(authority);
        using var bare = request.Create(authority, now - _slack, until, RandomNumberGenerator.GetBytes(SerialBytes));
        return bare.CopyWithPrivateKey(key);
    }

    /// <returns>Null of a certificate that was not made here.</returns>
    public static PeerRole? RoleOf(X509Certificate2 certificate) =>
        Enum.GetValues<PeerRole>().Cast<PeerRole?>().FirstOrDefault(role => SubjectOf(role!.Value) == certificate.Subject);

    /// <summary>After this moment it proves nothing any more.</summary>
    public static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    public static string FingerprintOf(X509Certificate2 certificate) =>
        certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    private static string SubjectOf(PeerRole role) => role == PeerRole.Head ? "CN=vaesweep head" : "CN=vaesweep member";
}
