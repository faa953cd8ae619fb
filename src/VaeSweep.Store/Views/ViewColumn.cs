namespace VaeSweep.Store;

/// <summary>One column of a documented view.</summary>
/// <param name="Type">text, integer, real or json.</param>
public sealed record ViewColumn(string Name, string Type, string Description);
