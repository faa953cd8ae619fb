namespace VaeSweep.Sweeps;

/// <summary>A configuration path as a sweep uses it.</summary>
/// <param name="Values">Its values; for a random search the interval.</param>
/// <param name="Origin">default, fixed or varies.</param>
/// <param name="Expected">What it takes.</param>
/// <param name="Applies">When it has a meaning; null is always.</param>
public sealed record ResolvedPath(
    string Path, IReadOnlyList<string> Values, string Origin, string Expected, string Description, string? Applies);
