using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Tests.Security;

[SupportedOSPlatform("linux")]
public sealed class KeyTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly SomeKeys _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Keys_are_made_once_and_only_their_owner_may_read_them()
    {
        var again = HeadKeys.LoadOrMake(_keys.Store, null, _keys.Time);

        Assert.Equal(_keys.Head.Fingerprint, again.Fingerprint);
        Assert.Equal(_keys.Head.Join.Credentials.Certificate.Thumbprint, again.Join.Credentials.Certificate.Thumbprint);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(HeadKeys.PathOf(_keys.Store)));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(HeadKeys.JoinPathOf(_keys.Store)));
        Assert.Equal([HeadKeys.PathOf(_keys.Store), HeadKeys.JoinPathOf(_keys.Store)],
            Directory.GetFiles(_keys.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_join_file_holds_a_member_of_the_store_and_not_the_key_of_the_head()
    {
        var text = File.ReadAllText(_keys.Join.Path);

        Assert.Equal(PeerRole.Member, Certificates.RoleOf(_keys.Join.Credentials.Certificate));
        Assert.Single(text.Split("BEGIN PRIVATE KEY")[1..]);
        Assert.True(_keys.Join.ExpiresAt > _keys.Time.GetUtcNow().AddYears(10).AddDays(-2));
        Assert.False(_keys.Join.ExpiresSoon);
        Assert.Null(_keys.Head.Credentials.FaultOf(_keys.Join.Credentials.Certificate, PeerRole.Member));
        Assert.Null(_keys.Join.Credentials.FaultOf(_keys.Head.Credentials.Certificate, PeerRole.Head));
        Assert.Equal("256", _keys.Join.Credentials.Certificate.GetECDsaPublicKey()!.KeySize.ToString());
    }

    [Fact]
    public void A_deleted_join_file_is_made_anew_and_copies_of_the_first_stay_good()
    {
        var first = _keys.Join;
        File.Delete(first.Path);

        var again = HeadKeys.LoadOrMake(_keys.Store, null, _keys.Time);

        Assert.NotEqual(first.Credentials.Certificate.Thumbprint, again.Join.Credentials.Certificate.Thumbprint);
        Assert.Null(again.Credentials.FaultOf(first.Credentials.Certificate, PeerRole.Member));
        Assert.Null(first.Credentials.FaultOf(again.Credentials.Certificate, PeerRole.Head));
    }

    [Fact]
    public void A_join_file_goes_where_it_is_asked_for()
    {
        var path = Path.Combine(_keys.Folder, "elsewhere.key");

        var keys = HeadKeys.LoadOrMake(_keys.Store, path, _keys.Time);

        Assert.Equal(path, keys.Join.Path);
        Assert.True(File.Exists(path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_may_read_is_refused(UnixFileMode more)
    {
        var path = _keys.Join.Path;
        foreach (var file in new[] { path, HeadKeys.PathOf(_keys.Store) })
        {
            File.SetUnixFileMode(file, OwnerOnly | more);
            var failure = Assert.Throws<KeyException>(() =>
                file == path ? (object)JoinFile.Read(path, _keys.Time) : HeadKeys.LoadOrMake(_keys.Store, null, _keys.Time));

            Assert.Contains($"chmod 600 '{file}'", failure.Message, StringComparison.Ordinal);
            File.SetUnixFileMode(file, OwnerOnly);
        }
    }

    [Fact]
    public void What_is_no_key_file_is_told_in_words()
    {
        var path = Path.Combine(_keys.Folder, "b.key");
        var whole = File.ReadAllText(_keys.Join.Path);
        Assert.Contains($"There is no key file '{path}'", FaultOf(path), StringComparison.Ordinal);
        foreach (var text in new[]
        {
            "", "hello", whole[..(whole.Length / 2)], whole.Replace("Head-Fingerprint: ", "", StringComparison.Ordinal),
            whole.Replace("PRIVATE KEY", "SECRET", StringComparison.Ordinal), new string('x', 100_000),
            File.ReadAllText(HeadKeys.PathOf(_keys.Store)),
        })
        {
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, OwnerOnly);
            Assert.Contains($"'{path}' is no key file of VaeSweep", FaultOf(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_expired_key_says_when_and_what_to_do()
    {
        var clock = new FakeTimeProvider();
        using var keys = new SomeKeys(clock);
        var join = keys.Join;
        Assert.False(join.ExpiresSoon);
        clock.Advance(join.ExpiresAt - clock.GetUtcNow() - TimeSpan.FromDays(29));
        Assert.True(join.ExpiresSoon);
        Assert.Null(join.Credentials.FaultOf(keys.Head.Credentials.Certificate, PeerRole.Head));
        clock.Advance(TimeSpan.FromDays(30));

        var head = Assert.Throws<KeyException>(() => HeadKeys.LoadOrMake(keys.Store, null, clock));
        var failure = Assert.Throws<KeyException>(() => JoinFile.Read(join.Path, clock));

        Assert.Contains($"expired on {join.ExpiresAt:yyyy-MM-dd}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("expired on", head.Message, StringComparison.Ordinal);
        Assert.Contains("Delete that file", head.Message, StringComparison.Ordinal);
        Assert.Contains("expired on", join.Credentials.FaultOf(keys.Head.Credentials.Certificate, PeerRole.Head));
    }

    [Fact]
    public void A_join_file_of_another_store_is_refused()
    {
        using var others = new SomeKeys();

        var failure = Assert.Throws<KeyException>(() => HeadKeys.LoadOrMake(_keys.Store, others.Join.Path, _keys.Time));

        Assert.Contains("is of another store", failure.Message, StringComparison.Ordinal);
        Assert.Contains("of another store", _keys.Join.Credentials.FaultOf(others.Head.Credentials.Certificate, PeerRole.Head));
        Assert.Contains("of another store", _keys.Head.Credentials.FaultOf(others.Join.Credentials.Certificate, PeerRole.Member));
    }

    [Fact]
    public void A_join_file_without_the_heads_keys_is_not_written_over()
    {
        var before = File.ReadAllText(_keys.Join.Path);
        File.Delete(HeadKeys.PathOf(_keys.Store));

        var failure = Assert.Throws<KeyException>(() => HeadKeys.LoadOrMake(_keys.Store, null, _keys.Time));

        Assert.Contains("are gone", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_keys.Join.Path));
    }

    [Fact]
    public void Strangers_and_pretenders_are_told_apart()
    {
        var now = _keys.Time.GetUtcNow();
        using var member = _keys.Issue(PeerRole.Member, now);
        using var second = _keys.Issue(PeerRole.Head, now);
        using var forged = Certificates.Issue(ForgedAuthority(), PeerRole.Head, now);
        using var ofMember = SignedByMember();
        var mine = _keys.Join.Credentials;

        Assert.Contains("poses as the head", mine.FaultOf(member, PeerRole.Head));
        Assert.Contains("another head's", mine.FaultOf(second, PeerRole.Head));
        Assert.Contains("was not signed", mine.FaultOf(forged, PeerRole.Head));
        Assert.Contains("was not signed", mine.FaultOf(ofMember, PeerRole.Head));
        Assert.Contains("neither", mine.FaultOf(mine.Authority, PeerRole.Member));
        Assert.Contains("no certificate", mine.FaultOf(null, PeerRole.Member));
        Assert.Contains("good from", mine.FaultOf(_keys.Issue(PeerRole.Member, now.AddDays(9)), PeerRole.Member));
        Assert.Null(mine.FaultOf(member, PeerRole.Member));
    }

    private string FaultOf(string path) => Assert.Throws<KeyException>(() => JoinFile.Read(path, _keys.Time)).Message;

    /// <summary>A head's certificate that a member made for itself, in the authority's name.</summary>
    private X509Certificate2 SignedByMember()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var members = _keys.Join.Credentials.Certificate.GetECDsaPrivateKey()!;
        var request = new CertificateRequest("CN=vaesweep head", key, HashAlgorithmName.SHA256);
        var now = _keys.Time.GetUtcNow();
        return request.Create(_keys.Join.Credentials.Authority.SubjectName, X509SignatureGenerator.CreateForECDsa(members),
            now.AddDays(-1), now.AddYears(1), [1, 2, 3]);
    }

    /// <summary>Of the store's name, but with another key.</summary>
    private X509Certificate2 ForgedAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(_keys.Join.Credentials.Authority.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(_keys.Time.GetUtcNow().AddDays(-1), _keys.Time.GetUtcNow().AddYears(1));
    }
}
