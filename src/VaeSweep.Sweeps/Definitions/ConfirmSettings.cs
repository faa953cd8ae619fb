namespace VaeSweep.Sweeps;

/// <summary>How what a sweep has found is held against chance: `confirm` of a sweep file.</summary>
/// <param name="Top">Points that are trained again, the best ones by what the search looks at.</param>
/// <param name="Seeds">Fresh seeds of each.</param>
public sealed record ConfirmSettings(int Top, int Seeds);
