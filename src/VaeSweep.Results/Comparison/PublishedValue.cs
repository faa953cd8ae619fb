namespace VaeSweep.Results;

/// <summary>A number from a paper, to be shown beside ours.</summary>
/// <param name="Where">Which rows it belongs to: configuration path and value, as they are displayed.</param>
/// <param name="Source">Paper and table.</param>
public sealed record PublishedValue(IReadOnlyDictionary<string, string> Where, string Metric, double Value, string Source);
