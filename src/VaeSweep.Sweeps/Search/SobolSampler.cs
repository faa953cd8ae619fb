namespace VaeSweep.Sweeps.Search;

/// <summary>Points that fill a space evenly: Sobol's sequence, scrambled by the search's seed.</summary>
/// <remarks>A number whose point is there already is drawn at random instead.</remarks>
public sealed class SobolSampler(long seed) : ISampler
{
    public double[] Next(SearchSpace space, IReadOnlyList<Observation> history, long number, int attempt)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (attempt > 0)
            return new RandomSampler(seed).Next(space, history, number, attempt);
        var index = checked((uint)number);
        return Units.Point(space, dimension => SobolSequence.Scrambled(index, dimension, seed));
    }
}
