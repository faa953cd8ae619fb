using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>Data sets of somebody's own, as sweep files name them: looked up on this machine, read from where a file says, sent
/// to a head elsewhere.</summary>
/// <param name="sweepFile">Paths are relative to its folder.</param>
internal sealed class OwnData(string sweepFile, CliHost host, CancellationToken cancellationToken) : IOwnData
{
    private readonly OwnFolder _folder = Folder(host);

    public IReadOnlyList<string> Names =>
        [.. _folder.List().Where(set => set.IsNamed).Select(set => set.Facts.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Those of this machine.</summary>
    public static OwnFolder Folder(CliHost host) => new(DatasetStoreOptions.From(host.Environment));

    public DatasetFacts? Find(string name) => _folder.Named(name)?.Facts;

    public DatasetFacts Read(string path, IReadOnlyDictionary<string, string> import, bool isOfFile)
    {
        var beside = isOfFile ? Path.GetDirectoryName(Path.GetFullPath(sweepFile))! : Directory.GetCurrentDirectory();
        var options = ImportOptions.Parse(import);
        if (options.Labels is { } labels)
            options = options with { Labels = Path.Combine(beside, labels) };

        try
        {
            var set = _folder.Add(null, Path.Combine(beside, path), options, new Passing(host).Tell, cancellationToken);
            if (!set.WasThere)
            {
                host.Say($"read {path}: {OwnDataset.Describe(set.Facts)}");
                foreach (var note in set.Notes)
                    host.Say($"  {note}");
            }

            return set.Facts;
        }
        catch (DatasetException unusable)
        {
            throw new FormatException(unusable.Message, unusable);
        }
    }

    /// <summary>Which of a sweep's data sets are others under the same names than when it was stored.</summary>
    /// <param name="store">Null where there is none yet.</param>
    public static async Task<IReadOnlyList<string>> ChangesAsync(
        IStore? store, SweepDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.OwnData.Count == 0 || store is null
            || await store.GetSweepAsync(definition.Name, cancellationToken) is not { } stored)
        {
            return [];
        }

        var before = StoredSweep.Definition(stored).OwnData.ToDictionary(own => own.Name, StringComparer.Ordinal);
        return [.. definition.OwnData.Where(own => before.TryGetValue(own.Name, out var old) && old.Sha256 != own.Sha256)
            .Select(own => $"the data set {own.Name} has changed since: it was {Shown(before[own.Name])}, and is {Shown(own)}. "
                + "Its trials are new ones.")];
    }

    /// <summary>Sends a head elsewhere what it lacks of a sweep's data sets; on this machine they must be there.</summary>
    /// <exception cref="CliException">The images of one are not here.</exception>
    public static async Task SendAsync(
        IStore store, SweepDefinition definition, CliHost host, CancellationToken cancellationToken)
    {
        var folder = Folder(host);
        foreach (var own in definition.OwnData)
        {
            if (folder.Find(own.Sha256!) is { } file)
            {
                if (store is RemoteStore head)
                    await head.SendDataAsync(file, own.Sha256!, cancellationToken);
            }
            else if (store is RemoteStore)
            {
                host.Say($"the images of data set {own.Name} are not here: the head must have them already");
            }
            else
            {
                throw Missing(own, ExitCodes.Usage);
            }
        }
    }

    /// <summary>What a sweep is trained on must be here before anything begins.</summary>
    /// <param name="artifacts">The store's folder, which may have what came from elsewhere.</param>
    /// <exception cref="CliException">The images of one data set are gone.</exception>
    public static void Demand(SweepDefinition definition, string artifacts, CliHost host)
    {
        var folder = new OwnFolder(
            DatasetStoreOptions.From(host.Environment), Path.Combine(artifacts, OwnDataset.Folder));
        if (definition.OwnData.FirstOrDefault(own => folder.Find(own.Sha256!) is null) is { } missing)
            throw Missing(missing, ExitCodes.Failed);
    }

    private static CliException Missing(DatasetFacts own, int code) => new(
        $"the images of data set {own.Name} ({OwnDataset.Shown(own.Sha256!)}) are not on this machine: "
            + $"`vaesweep data add {own.Name} PATH` adds them.", code);

    private static string Shown(DatasetFacts facts) => $"{OwnDataset.Shown(facts.Sha256!)} ({OwnDataset.Describe(facts)})";

    /// <summary>Says how far the reading of images is: nothing in the first second, then a line now and then.</summary>
    internal sealed class Passing(CliHost host)
    {
        private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan _again = TimeSpan.FromSeconds(5);
        private readonly long _started = host.Time.GetTimestamp();
        private TimeSpan _said;

        public void Tell(string what, long done, long of)
        {
            var took = host.Time.GetElapsedTime(_started);
            if (took < (_said == TimeSpan.Zero ? _first : _said + _again))
                return;

            _said = took;
            host.Say(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what}: {done:N0} of {of:N0} images"));
        }
    }
}
