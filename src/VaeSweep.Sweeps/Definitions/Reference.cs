namespace VaeSweep.Sweeps;

/// <summary>A published number, to be shown beside ours.</summary>
/// <param name="Where">The trials that it is about.</param>
/// <param name="Source">Document and table.</param>
public sealed record Reference(ConfigFilter Where, string Metric, double Value, string Source);
