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

    /// <summary>The figure; its last notes say how many trials ended early, and which were chosen, if not all.</summary>
    /// <exception cref="ResultsException">The sweep has nothing that it could show.</exception>
    public async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var figure = await Make(context, cancellationToken);
        var chosen = string.Join(", ", context.Options.Where.Select(w => $"{w.Key} = {w.Value}"));
        var early = context.Trials.Trials.Count(context.Trials.EndedEarly);
        return figure with
        {
            Notes =
            [
                .. figure.Notes,
                .. early > 0
                    ? [$"{early} of {Numbered.Of(context.Trials.Trials.Count, "trial")} ended early, with fewer epochs than "
                        + "their configuration asks."] : Array.Empty<string>(),
                .. context.Trials.Confirming is > 0 and var confirming
                    ? [$"{Numbered.Of(confirming, "trial")} that {(confirming == 1 ? "confirms" : "confirm")} what was found "
                        + $"{Numbered.Are(confirming)} in the table alone."] : Array.Empty<string>(),
                .. chosen.Length > 0 ? [$"Only trials with {chosen}."] : Array.Empty<string>(),
            ],
        };
    }
}
