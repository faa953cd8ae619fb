using VaeSweep.Cluster.Files;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests;

public sealed class ArtifactsFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-artifacts-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_stores_that_are_given_one_folder_have_each_its_own_in_it()
    {
        var shared = Path.Combine(_folder, "shared");
        await using var first = await StoreAsync("a.db");
        await using var second = await StoreAsync("b.db");

        var mine = await ArtifactsFolder.OfAsync(first, shared, Token);
        var theirs = await ArtifactsFolder.OfAsync(second, shared, Token);

        Assert.Equal(shared, mine);
        Assert.Equal(Path.Combine(shared, $"store-{(await second.IdentityAsync(Token))[..8]}"), theirs);
        Assert.Equal((mine, theirs),
            (await ArtifactsFolder.OfAsync(first, shared, Token), await ArtifactsFolder.OfAsync(second, shared, Token)));
        Assert.Equal(theirs, await ArtifactsFolder.OfAsync(second, theirs, Token));
    }

    [Fact]
    public async Task Of_many_nodes_that_come_at_once_all_of_one_store_have_one_folder()
    {
        await using var first = await StoreAsync("a.db");
        await using var second = await StoreAsync("b.db");
        var stores = new[] { first, second };

        var folders = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(i => Task.Run(() => ArtifactsFolder.OfAsync(stores[i % 2], _folder, Token), Token)));

        Assert.Single(folders.Where((_, i) => i % 2 == 0).Distinct());
        Assert.Single(folders.Where((_, i) => i % 2 == 1).Distinct());
        Assert.Equal(2, folders.Distinct().Count());
    }

    private async Task<IStore> StoreAsync(string name)
    {
        var store = StoreFactory.Open(Path.Combine(_folder, name), TimeProvider.System);
        await store.MigrateAsync(Token);
        return store;
    }
}
