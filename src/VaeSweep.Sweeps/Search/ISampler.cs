namespace VaeSweep.Sweeps.Search;

/// <summary>Says what a search tries next. Pure: the same history gives the same point, whichever process asks.</summary>
public interface ISampler
{
    /// <param name="history">What was tried, and what runs, in any order.</param>
    /// <param name="number">Of the point that is asked for; each has its own chance.</param>
    /// <param name="attempt">How often this number was asked for before, because its point was there already.</param>
    /// <returns>One number for each dimension of the space; NaN where it has no meaning.</returns>
    double[] Next(SearchSpace space, IReadOnlyList<Observation> history, long number, int attempt);
}
