using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>What a comparison table shall show.</summary>
/// <param name="By">Configuration paths to group by; null: every path that varies, but the seed.</param>
/// <param name="Published">Numbers of papers to show beside ours.</param>
public sealed record ComparisonRequest(string Sweep, Metric Metric, IReadOnlyList<string>? By, IReadOnlyList<Reference> Published);
