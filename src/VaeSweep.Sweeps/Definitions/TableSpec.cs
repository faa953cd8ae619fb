namespace VaeSweep.Sweeps;

/// <summary>The comparison table that a sweep is made for.</summary>
/// <param name="By">Paths whose values make the rows; empty means those that vary.</param>
/// <param name="Metric">Null means the first of `evaluate.metrics` that a table can show.</param>
/// <param name="Columns">Paths whose values go across, or further metrics.</param>
/// <param name="Baseline">Values of the row that the others are compared with; null for none.</param>
public sealed record TableSpec(IReadOnlyList<string> By, string? Metric, IReadOnlyList<string> Columns, ConfigFilter? Baseline)
{
    public static TableSpec Default { get; } = new([], null, [], null);
}
