using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>What is to be exported, and where to.</summary>
/// <param name="Table">The sweep's comparison table, for exports that show one.</param>
/// <param name="Target">A file or a folder.</param>
public sealed record ExportJob(IStore Store, string Sweep, ComparisonRequest Table, string Target)
{
    /// <summary>The trials that the sweep wants.</summary>
    public TrialFilter Wanted => TrialFilter.WantedOf(Sweep);
}
