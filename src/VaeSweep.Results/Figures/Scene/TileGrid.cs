using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>Small images in rows and columns.</summary>
/// <param name="Columns">Images in a row.</param>
/// <param name="Tiles">Row by row; null leaves a place blank. All of one size.</param>
public sealed record TileGrid(string Title, int Columns, IReadOnlyList<GreyImage?> Tiles) : Panel(Title)
{
    /// <summary>Left of each row; null: none.</summary>
    public IReadOnlyList<string>? RowLabels { get; init; }

    /// <summary>Above each column; null: none.</summary>
    public IReadOnlyList<string>? ColumnLabels { get; init; }

    /// <summary>Below the grid and left of it: what its directions mean; empty: nothing.</summary>
    public string XLabel { get; init; } = "";
    public string YLabel { get; init; } = "";

    /// <summary>Pixels of the drawing that one pixel of a tile takes at most.</summary>
    public double Zoom { get; init; } = 1.5;

    public int Rows => (Tiles.Count + Columns - 1) / Columns;
}
