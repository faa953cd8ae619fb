namespace VaeSweep.Sweeps.Search;

/// <summary>The numbers of <see cref="TpeSampler"/>.</summary>
/// <remarks>Chosen by the search benchmark's functions and its table, of which many seeds were looked at: see
/// docs/search.md.</remarks>
internal sealed record TpeOptions
{
    public static TpeOptions Usual { get; } = new();

    /// <summary>Points that are drawn, of which the best is tried, where nothing else is under way.</summary>
    public int Candidates { get; init; } = 64;

    /// <summary>As many where very much is under way. The fewer, the more do points differ that are asked for together.</summary>
    public int FewestCandidates { get; init; } = 24;

    /// <summary>As many where values without an order are among what is drawn together, and none is bettered: what looked bad by
    /// chance would else never be tried again.</summary>
    public int MixedCandidates { get; init; } = 12;

    /// <summary>Attempts to better one coordinate of the best, shared by what is under way.</summary>
    public int Climbs { get; init; } = 32;

    /// <summary>How many of so many finished points are the good ones.</summary>
    /// <param name="isMixed">Values without an order are among what is drawn together: which of them are good, one or two points
    /// say only by chance.</param>
    public static int Good(int finished, bool isMixed) => Math.Min((int)Math.Ceiling((isMixed ? 0.15 : 0.1) * finished), 25);
}
