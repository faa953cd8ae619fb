namespace VaeSweep.Results.Figures;

/// <summary>A kind of figure.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Description">One line for a person; names the published figure it follows, if any.</param>
/// <param name="BuildAsync">Makes it.</param>
public sealed record FigureKind(string Name, string Description, Func<FigureContext, CancellationToken, Task<Figure>> BuildAsync)
{
    /// <summary>It opens trained models.</summary>
    public bool NeedsModel { get; init; }

    /// <summary>Whether a report shows it of this sweep without being asked.</summary>
    public Func<FigureContext, bool> InReport { get; init; } = _ => false;
}
