using System.Security.Cryptography.X509Certificates;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Tests.Security;

/// <summary>Keys of a store in a folder of its own.</summary>
internal sealed class SomeKeys : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-keys-");

    public SomeKeys(TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Head = HeadKeys.LoadOrMake(Store, null, Time);
    }

    public TimeProvider Time { get; }

    public string Folder => _folder.FullName;

    public string Store => Path.Combine(Folder, "a.db");

    public HeadKeys Head { get; }

    public JoinFile Join => JoinFile.Read(HeadKeys.JoinPathOf(Store), Time);

    /// <summary>What this store's members know, shown with another certificate.</summary>
    public Credentials Showing(X509Certificate2 certificate) =>
        new(certificate, Head.Credentials.Authority, Head.Fingerprint, Time);

    public X509Certificate2 Issue(PeerRole role, DateTimeOffset at)
    {
        var authority = KeyFile.Read(HeadKeys.PathOf(Store), "file").Certificates[0];
        return Certificates.Issue(authority, role, at);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
