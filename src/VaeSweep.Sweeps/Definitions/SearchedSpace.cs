using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

/// <summary>What a search may propose: of what it has proposed before, an edited file keeps what lies inside.</summary>
public sealed class SearchedSpace
{
    private readonly BlockSpace _space;
    private readonly HashSet<long> _seeds;

    private SearchedSpace(SweepDefinition definition)
    {
        _space = new BlockSpace(definition.Blocks[0]);
        _seeds = [.. definition.Seeds];
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
}
