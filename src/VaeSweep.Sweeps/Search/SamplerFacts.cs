namespace VaeSweep.Sweeps.Search;

/// <summary>A method that draws points.</summary>
/// <param name="Name">As in the sweep file.</param>
/// <param name="Make">Makes one of a search's seed and its number of points that are drawn without a history.</param>
public sealed record SamplerFacts(string Name, Func<long, int, ISampler> Make)
{
    /// <summary>It draws by what was found; the others draw all at once.</summary>
    public bool Learns { get; init; }
}
