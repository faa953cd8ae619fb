namespace VaeSweep.Results.Figures;

/// <summary>Trials that agree in every path they are grouped by: one line of a figure, over its seeds.</summary>
/// <param name="Values">One for each path; null where the configuration has no such path.</param>
/// <param name="Label">For the legend: "k = 5, latent = 10"; the value alone where there is one path.</param>
/// <param name="Color">#rrggbb.</param>
public sealed record TrialGroup(
    IReadOnlyList<SettingValue?> Values, string Label, string Color, IReadOnlyList<FigureTrial> Trials);
