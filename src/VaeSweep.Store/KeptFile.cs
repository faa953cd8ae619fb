namespace VaeSweep.Store;

/// <summary>Checkpoints and models that a store keeps itself, so that machines need share nothing else.</summary>
public static class KeptFile
{
    /// <summary>How a file of the store is told from one on a disk, wherever a path is recorded.</summary>
    public const string Prefix = "store:";

    public static bool IsOne(string path) => path.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The content of a recorded file, wherever it lies.</summary>
    /// <param name="path">As it is recorded: a path of this machine, or a name of the store.</param>
    /// <returns>Null when it is neither here nor in the store.</returns>
    public static async Task<byte[]?> ReadAsync(IStore store, long trialKey, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!IsOne(path))
            return File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken) : null;
        using var content = new MemoryStream();
        return await store.GetFileAsync(trialKey, path, content, cancellationToken) ? content.ToArray() : null;
    }

    /// <summary>A trial's own place in a folder that a person has named.</summary>
    /// <param name="trial">The trial's id as the store has it, which somebody else may have written there.</param>
    /// <exception cref="StoreException">It could lead out of the folder.</exception>
    public static string PlaceIn(string folder, string trial) => trial.Length > 0 && trial.All(char.IsAsciiLetterOrDigit)
        ? Path.Combine(folder, trial)
        : throw new StoreException($"The store has a trial '{trial}', which vaesweep never names so: nothing is written for it.");

    /// <summary>Brings a file of the store into a folder.</summary>
    /// <param name="name">As it is recorded: <c>store:sweep/trial/attempt-n/file</c>.</param>
    /// <returns>Where it is; null when the store keeps none of this name.</returns>
    public static async Task<string?> FetchAsync(IStore store, long trialKey, string name, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!IsOne(name))
            return null;
        Directory.CreateDirectory(folder);
        // The name's last part alone: what is recorded never leads out of the folder.
        var file = Path.Combine(folder, Path.GetFileName(name[Prefix.Length..]));
        var part = file + ".part";
        bool found;
        await using (var content = new FileStream(part, FileMode.Create, FileAccess.Write))
            found = await store.GetFileAsync(trialKey, name, content, cancellationToken);
        if (!found)
        {
            File.Delete(part);
            return null;
        }

        File.Move(part, file, overwrite: true);
        return file;
    }
}
