namespace VaeSweep.Results.Figures;

/// <summary>A figure as a description: what is shown, not how it is drawn. The SVG renderer and the interactive report draw the
/// same one.</summary>
/// <param name="Kind">The name of the <see cref="FigureKind"/> that made it.</param>
/// <param name="Title">One line; names the sweep.</param>
/// <param name="Panels">Row by row.</param>
/// <param name="Notes">What a reader must know to trust it: n, what the bands are, what was left out. Shown below the
/// panels.</param>
public sealed record Figure(string Kind, string Title, IReadOnlyList<Panel> Panels, IReadOnlyList<string> Notes)
{
    /// <summary>How many panels stand side by side; 0 lets the renderer choose.</summary>
    public int Columns { get; init; }

    /// <summary>Stands before the names of the legend: what the colours tell apart.</summary>
    public string LegendTitle { get; init; } = "";
}
