namespace VaeSweep.Results.Figures;

/// <summary>The trials whose models a figure shows.</summary>
/// <param name="Offered">How many it could have shown.</param>
internal sealed record ShownModels(IReadOnlyList<FigureTrial> Trials, int Offered);
