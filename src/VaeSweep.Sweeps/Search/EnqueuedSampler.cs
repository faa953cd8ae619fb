namespace VaeSweep.Sweeps.Search;

/// <summary>Begins with points that a person wants to see first; what they leave open, and all later points, another sampler
/// draws.</summary>
/// <param name="first">One number for each dimension; NaN where the other sampler draws.</param>
internal sealed class EnqueuedSampler(ISampler then, IReadOnlyList<double[]> first) : ISampler
{
    public double[] Next(SearchSpace space, IReadOnlyList<Observation> history, long number, int attempt)
    {
        var point = then.Next(space, history, number, attempt);
        if (number >= first.Count || attempt > 0)
            return point;
        var wanted = first[(int)number];
        // What they decide may give a meaning to dimensions that were not drawn.
        var other = new RandomSampler(number);
        for (var i = 0; i < point.Length; i++)
        {
            if (!space.IsActive(i, point.AsSpan(0, i)))
                point[i] = double.NaN;
            else if (!double.IsNaN(wanted[i]))
                point[i] = wanted[i];
            else if (double.IsNaN(point[i]))
                point[i] = space.Dimensions[i].At(other.Unit(space.NameOf(i), number, attempt));
        }

        return point;
    }
}
