using System.Security.Cryptography;
using VaeSweep.Cluster.Files;

namespace VaeSweep.Cluster.Tests.Transfer;

/// <summary>Data sets that somebody added, between machines: files whose name is their checksum.</summary>
public sealed class DataTransferTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-files-");
    private readonly ListLogger _log = new();
    private FileServer? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(_folder.FullName, "head");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_set_goes_to_the_head_and_from_there_to_a_node()
    {
        var client = Client();
        var (file, sha256) = Images();

        var path = await client.PutAsync(file, DataNames.Of(sha256), Token);
        await client.GetAsync(DataNames.Of(sha256), Path.Combine(_folder.FullName, "got"), Token);

        Assert.Equal(Path.Combine(Root, "_data", $"{sha256}.safetensors"), path);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder.FullName, "got")));
    }

    [Fact]
    public async Task What_the_head_has_elsewhere_is_given_from_there_and_not_taken_again()
    {
        var (file, sha256) = Images();
        var client = Client(asked => asked == sha256 ? file : null);

        var path = await client.PutAsync(file, DataNames.Of(sha256), Token);
        await client.GetAsync(DataNames.Of(sha256), Path.Combine(_folder.FullName, "got"), Token);

        Assert.Equal(file, path);
        Assert.False(Directory.Exists(Path.Combine(Root, "_data")));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder.FullName, "got")));
    }

    [Fact]
    public async Task Other_content_than_the_name_says_is_refused()
    {
        var client = Client();
        var (file, _) = Images();

        var refused = await Assert.ThrowsAsync<FileTransferException>(() =>
            client.PutAsync(file, DataNames.Of(new string('a', 64)), Token));

        Assert.Equal(FileFault.BadName, refused.Fault);
        Assert.False(Directory.Exists(Path.Combine(Root, "_data")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"dataset.name\":\"mnist\"}")]
    [InlineData("{\"dataset.name\":\"x\",\"dataset.own\":{\"sha256\":\"../../etc/passwd\"}}")]
    public void Nothing_is_fetched_for_a_configuration_without_a_set_of_its_own(string json) =>
        Assert.Null(DataNames.NeededBy(json));

    private (string File, string Sha256) Images()
    {
        var file = Path.Combine(_folder.FullName, "images");
        File.WriteAllBytes(file, [1, 2, 3]);
        return (file, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
    }

    private FileClient Client(Func<string, string?>? find = null)
    {
        _server = FileServer.Start(new FileServerOptions(Root, "store") { Logger = _log, KeepsFree = 0, FindData = find });
        var route = new FileRoute();
        route.Set("127.0.0.1", _server.Port);
        return new FileClient(route, key: null, token: "", TimeSpan.FromSeconds(20));
    }
}
