using LiteDB;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli.Tests;

/// <summary>Command lines on a LiteDB store in a folder of its own.</summary>
internal sealed class LiteDbLab : IDisposable
{
    private readonly Cli _cli = new();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string Store => _cli.Store;

    public string Backup => At("backup");

    /// <summary>A path in the folder.</summary>
    public string At(string name) => Path.Combine(Path.GetDirectoryName(_cli.Store)!, name);

    public Task<Answer> RunAsync(params string[] args) => _cli.RunAsync(args);

    public Task<Answer> RunAsync(CancellationToken cancellationToken, params string[] args) =>
        _cli.RunAsync(cancellationToken, args);

    /// <summary>Two sweeps and some trials, each with a text of its own that can be found in the file.</summary>
    /// <param name="version">In every trial.</param>
    /// <returns>The store's identity and generation.</returns>
    public async Task<StoreIdentity> FillAsync(int version = 1, int trials = 30, string? store = null)
    {
        using var held = await StoreLock.TakeAsync(store ?? Store, TimeProvider.System, Token);
        using var file = LiteDbFile.Open(held);
        var changes = new StoreChanges();
        for (var id = 1L; id <= 2; id++)
            changes.Upsert(StoreCollections.Sweeps, new BsonDocument { ["_id"] = id });

        for (var id = 1L; id <= trials; id++)
        {
            changes.Upsert(StoreCollections.Trials,
                new BsonDocument { ["_id"] = id, ["v"] = version, ["text"] = Text(id) + new string('.', 5000) });
        }

        file.Commit(changes);
        return file.Identity!;
    }

    /// <summary>What a trial says, and no other does.</summary>
    public static string Text(long trial) => $"the text of trial {trial} alone";

    /// <summary>The versions of all trials, as a reader finds them.</summary>
    public static IReadOnlyList<int> Versions(string store)
    {
        using var held = StoreLock.Share(store);
        using var file = LiteDbFile.Open(held);
        return [.. file.ReadAll(StoreCollections.Trials).Select(document => document["v"].AsInt32)];
    }

    /// <summary>Changes one byte where a text lies in a file.</summary>
    public static void Damage(string path, string text)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True(at > 0, $"'{text}' is not in {path}");
        Flip(path, at);
    }

    public static void Flip(string path, long position)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = position;
        var value = file.ReadByte();
        file.Position = position;
        file.WriteByte((byte)(value ^ 4));
    }

    /// <summary>Every file of the folder with its bytes.</summary>
    public IReadOnlyDictionary<string, string> Files() => Directory.GetFiles(Path.GetDirectoryName(Store)!)
        .ToDictionary(path => Path.GetFileName(path), path => Convert.ToBase64String(File.ReadAllBytes(path)),
            StringComparer.Ordinal);

    public void Dispose() => _cli.Dispose();
}
