namespace VaeSweep.Store;

/// <summary>A view that `query` may read.</summary>
public sealed record ViewDescription(string Name, string Description, IReadOnlyList<ViewColumn> Columns);
