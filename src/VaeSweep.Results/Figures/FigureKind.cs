namespace VaeSweep.Results.Figures;

/// <summary>A kind of figure.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Description">One line for a person; names the published figure it follows, if any.</param>
/// <param name="Make">Makes it, but for the note on the trials that were chosen.</param>
public sealed record FigureKind(string Name, string Description, Func<FigureContext, CancellationToken, Task<Figure>> Make)
{
    /// <summary>It opens trained models.</summary>
    public bool NeedsModel { get; init; }

    /// <summary>Whether a report shows it of this sweep without being asked.</summary>
    public Func<FigureContext, bool> InReport { get; init; } = _ => false;

    /// <summary>The figure; its last note says which trials were chosen, if not all.</summary>
    /// <exception cref="ResultsException">The sweep has nothing that it could show.</exception>
    public async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var figure = await Make(context, cancellationToken);
        var chosen = string.Join(", ", context.Options.Where.Select(w => $"{w.Key} = {w.Value}"));
        return chosen.Length == 0 ? figure : figure with { Notes = [.. figure.Notes, $"Only trials with {chosen}."] };
    }
}
