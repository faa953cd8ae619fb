using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

/// <summary>What a search may propose: of what it has proposed before, an edited file keeps what lies inside.</summary>
public sealed class SearchedSpace
{
    private readonly BlockSpace _space;
    private readonly HashSet<long> _seeds;
    private readonly int? _epochs;

    private SearchedSpace(SweepDefinition definition)
    {
        _space = new BlockSpace(definition.Blocks[0]);
        _seeds = [.. definition.Seeds];
        var epochs = ConfigSchema.At(TrainPhase.EpochsPath);
        _epochs = definition.Blocks[0].Axes.Any(axis => axis.Paths.Contains(epochs)) ? null
            : (int)definition.Blocks[0].Fixed[epochs.Index].AsInt();
    }

    /// <param name="text">Of a sweep file, as a store keeps it.</param>
    /// <returns>Null when its points are not proposed one after the other, or it cannot be read.</returns>
    public static SearchedSpace? Of(string text)
    {
        try
        {
            return SweepFile.Parse(text) is { Learns: true } definition ? new SearchedSpace(definition) : null;
        }
        catch (SweepFileException)
        {
            return null;
        }
    }

    public bool HasSeed(long seed) => _seeds.Contains(seed);

    /// <param name="configJson">Canonical, with whatever seed.</param>
    public bool HasPoint(string configJson) => _space.PointOf(configJson) is not null;

    /// <summary>What a trial becomes that lies outside because it has fewer epochs than all of this space.</summary>
    /// <returns>Null where that is not so.</returns>
    public Trial? Longer(string configJson, long index)
    {
        if (_epochs is not { } epochs || TrialConfigJson.TryParse(configJson) is not { } config || config.Train.Epochs >= epochs)
            return null;
        var longer = TrialConfigJson.ToTrial(config with { Train = config.Train with { Epochs = epochs } }, index);
        return HasPoint(longer.ConfigJson) ? longer : null;
    }
}
