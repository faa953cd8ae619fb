using VaeSweep.Store;

namespace VaeSweep.Cluster.Former;

/// <summary>Checkpoints and models that are kept in the store itself, so that any machine goes on with any trial. The files on the disk are then this
/// node's alone, and scratch.</summary>
internal static class StoredFiles
{
    /// <param name="root">The node's scratch folder, below which the file is.</param>
    /// <returns>The name to record: <c>store:sweep/trial/attempt-n/file</c>.</returns>
    public static string NameOf(string root, string file) => KeptFile.Prefix + Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Puts a file of the disk into the store.</summary>
    /// <returns>The name to record; null when the file is no longer there.</returns>
    public static async Task<string?> PutAsync(IStore store, AttemptKey attempt, string root, string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var name = NameOf(root, file);
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        await store.PutFileAsync(attempt, name, content, cancellationToken);
        return name;
    }

    /// <summary>Puts the model of a success and the files of its evaluations into the store.</summary>
    /// <returns>The end with their names there.</returns>
    public static async Task<AttemptEnd> PutAllAsync(IStore store, AttemptKey attempt, string root, AttemptEnd end, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var file in end.Evaluations.Select(e => e.File).Append(end.ModelPath).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            names[file] = await PutAsync(store, attempt, root, file, cancellationToken);
        }

        return end with
        {
            ModelPath = end.ModelPath is { } model ? names[model] : null,
            Evaluations = [.. end.Evaluations.Select(e => e.File is { } file ? e with { File = names[file] } : e)],
        };
    }
}
