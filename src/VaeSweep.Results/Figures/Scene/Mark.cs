namespace VaeSweep.Results.Figures;

/// <summary>Something drawn between the axes of a chart.</summary>
/// <param name="Name">In the legend; empty keeps it out. Marks of one name are one entry.</param>
/// <param name="Color">#rrggbb.</param>
public abstract record Mark(string Name, string Color)
{
    /// <summary>Pixels to the right of its place, so that marks at one place stand beside each other.</summary>
    public double Shift { get; init; }
}
