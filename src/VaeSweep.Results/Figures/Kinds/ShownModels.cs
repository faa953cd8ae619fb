namespace VaeSweep.Results.Figures;

/// <summary>The trials whose models a figure shows.</summary>
/// <param name="Offered">How many it could have shown.</param>
/// <param name="Missing">Why models that it wanted could not be opened, one entry each.</param>
internal sealed record ShownModels(IReadOnlyList<FigureTrial> Trials, int Offered, IReadOnlyList<string> Missing);
