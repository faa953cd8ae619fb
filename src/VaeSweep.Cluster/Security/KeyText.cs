using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VaeSweep.Cluster.Security;

/// <summary>Certificates and keys as PEM blocks, with lines for people before them.</summary>
internal static class KeyText
{
    private const string CertificateLabel = "CERTIFICATE";
    private const string KeyLabel = "PRIVATE KEY";

    /// <summary>One certificate, and its private key where it has one.</summary>
    public static string Write(X509Certificate2 certificate, bool withKey)
    {
        var text = certificate.ExportCertificatePem() + "\n";
        if (!withKey)
            return text;
        using var key = certificate.GetECDsaPrivateKey()!;
        return text + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <returns>The certificates in their order, each with the private key that follows it.</returns>
    /// <exception cref="CryptographicException">A block cannot be read.</exception>
    /// <exception cref="ArgumentException">A key is not its certificate's.</exception>
    public static IReadOnlyList<X509Certificate2> Read(string text)
    {
        var read = new List<X509Certificate2>();
        var left = text.AsSpan();
        while (PemEncoding.TryFind(left, out var found))
        {
            var block = left[found.Location];
            switch (left[found.Label])
            {
                case CertificateLabel:
                    read.Add(X509Certificate2.CreateFromPem(block));
                    break;
                case KeyLabel when read.Count > 0:
                    using (var key = ECDsa.Create())
                    {
                        key.ImportFromPem(block);
                        read[^1] = read[^1].CopyWithPrivateKey(key);
                    }

                    break;
                default:
                    throw new CryptographicException($"a block of an unknown kind, {left[found.Label]}");
            }

            left = left[found.Location.End..];
        }

        return read;
    }
}
