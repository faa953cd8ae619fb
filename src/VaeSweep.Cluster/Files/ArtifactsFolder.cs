using VaeSweep.Store;

namespace VaeSweep.Cluster.Files;

/// <summary>A folder of checkpoints and models belongs to one store: two that had it in common would write over each other's
/// trials of one name.</summary>
public static class ArtifactsFolder
{
    private const string MarkFile = ".vaesweep-store";
    private const int ShownIdentity = 8;

    /// <summary>The folder itself, where it is this store's or nobody's yet; else one of this store's own in it.</summary>
    /// <exception cref="IOException">It cannot be made or written.</exception>
    public static async Task<string> OfAsync(IStore store, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var root = Path.GetFullPath(folder);
        var identity = await store.IdentityAsync(cancellationToken);
        if (identity.Length == 0 || await ClaimAsync(root, identity, cancellationToken))
            return root;

        var own = Path.Combine(root, $"store-{identity[..Math.Min(ShownIdentity, identity.Length)]}");
        return await ClaimAsync(own, identity, cancellationToken)
            ? own
            : throw new IOException($"{own} is marked as another store's ({Path.Combine(own, MarkFile)}); name another folder "
                + "with --artifacts.");
    }

    private static async Task<bool> ClaimAsync(string folder, string identity, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var mark = Path.Combine(folder, MarkFile);
        if (!File.Exists(mark))
        {
            // Written beside and moved, so that nobody reads half of it; of several who come at once, one moves first.
            var draft = Path.Combine(folder, $"{MarkFile}.{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(draft, identity, cancellationToken);
            try
            {
                File.Move(draft, mark, overwrite: false);
            }
            catch (IOException) when (File.Exists(mark))
            {
                File.Delete(draft);
            }
        }

        return (await File.ReadAllTextAsync(mark, cancellationToken)).Trim() == identity;
    }
}
