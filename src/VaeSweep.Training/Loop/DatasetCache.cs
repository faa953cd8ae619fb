using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>The last data sets that were used, as trials see them: the next trial on the same images begins at once.</summary>
internal sealed class DatasetCache(DatasetStore store)
{
    private const int Kept = 2;
    private readonly List<(DatasetConfig Config, Dataset Dataset, EpochImages Images)> _recent = [];

    /// <param name="artifacts">See <see cref="DatasetStore.Load"/>.</param>
    public (Dataset Dataset, EpochImages Images) Get(DatasetConfig config, string artifacts)
    {
        var at = _recent.FindIndex(entry => Same(entry.Config, config));
        var entry = at >= 0 ? _recent[at] : Load(config, artifacts);
        if (at >= 0)
            _recent.RemoveAt(at);

        _recent.Add(entry);
        if (_recent.Count > Kept)
            _recent.RemoveAt(0);

        return (entry.Dataset, entry.Images);
    }

    // Records compare lists by reference: the classes are compared by hand.
    private static bool Same(DatasetConfig a, DatasetConfig b) => a.Classes.SequenceEqual(b.Classes)
        && a with { Classes = b.Classes } == b;

    private (DatasetConfig Config, Dataset Dataset, EpochImages Images) Load(DatasetConfig config, string artifacts)
    {
        var dataset = store.Load(config, artifacts);
        OwnCollections.Tidy();
        return (config, dataset, new EpochImages(dataset));
    }
}
