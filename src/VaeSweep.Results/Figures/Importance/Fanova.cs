namespace VaeSweep.Results.Figures;

/// <summary>Share of a score's variance that each parameter explains by itself, in a random forest fitted to the
/// points.</summary>
/// <remarks>Hutter, Hoos and Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", algorithm 2,
/// main effects alone. Each parameter's values count alike, however far apart they are.</remarks>
public sealed class Fanova
{
    public const int Trees = 64;

    private Fanova(IReadOnlyList<(double Mean, double Low, double High)> shares, double outOfBag)
    {
        (Shares, OutOfBag) = (shares, outOfBag);
    }

    /// <summary>For each parameter from 0 to 1: mean over the trees, and their 10 % and 90 % quantiles.</summary>
    public IReadOnlyList<(double Mean, double Low, double High)> Shares { get; }

    /// <summary>R² on points that a tree was not grown from; NaN where there are none. Low: the forest does not describe the
    /// scores.</summary>
    public double OutOfBag { get; }

    /// <param name="seed">Seeds the forest: the same table gives the same shares.</param>
    public static Fanova Of(ParameterTable table, long seed)
    {
        // A parameter that a configuration does not have is one more value of it, before the others.
        var points = table.Points.Select(p => (IReadOnlyList<int>)[.. p.Levels]).ToList();
        var scores = table.Points.Select(p => p.Score).ToList();
        var lowest = table.Parameters.Select((_, i) => points.Min(p => p[i])).ToList();
        var highest = table.Parameters.Select((_, i) => points.Max(p => p[i])).ToList();
        return Of(points, scores, lowest, highest, seed);
    }

    /// <param name="points">Whole coordinates between <paramref name="lowest"/> and <paramref name="highest"/>.</param>
    public static Fanova Of(IReadOnlyList<IReadOnlyList<int>> points, IReadOnlyList<double> scores, IReadOnlyList<int> lowest,
        IReadOnlyList<int> highest, long seed)
    {
        var random = new Random((int)(seed % int.MaxValue));
        var tried = Math.Max(1, (lowest.Count + 1) / 2);
        var shares = lowest.Select(_ => new List<double>()).ToList();
        var unseen = new List<double>[points.Count];
        for (var t = 0; t < Trees; t++)
        {
            int[] rows = [.. Enumerable.Range(0, points.Count).Select(_ => random.Next(points.Count))];
            var tree = RegressionTree.Grow(points, scores, rows, tried, random);
            foreach (var row in Enumerable.Range(0, points.Count).Except(rows))
                (unseen[row] ??= []).Add(tree.Predict(points[row]));

            Decompose([.. tree.Leaves(lowest, highest)], lowest, highest, shares);
        }

        return new Fanova([.. shares.Select(Summarised)], Fit(scores, unseen));
    }

    private static void Decompose(
        List<(int[] First, int[] Last, double Value)> leaves, IReadOnlyList<int> lowest, IReadOnlyList<int> highest,
        List<List<double>> shares)
    {
        var sizes = lowest.Zip(highest, (low, high) => (double)(high - low + 1)).ToArray();
        var volumes = leaves.ConvertAll(l =>
            Enumerable.Range(0, sizes.Length).Aggregate(1.0, (v, i) => v * (l.Last[i] - l.First[i] + 1) / sizes[i]));
        var mean = leaves.Zip(volumes, (l, v) => l.Value * v).Sum();
        var variance = leaves.Zip(volumes, (l, v) => v * (l.Value - mean) * (l.Value - mean)).Sum();
        if (!(variance > 0))
            return;

        for (var i = 0; i < sizes.Length; i++)
        {
            // The mean at each value of this parameter, over all values of the others.
            var marginal = new double[(int)sizes[i]];
            foreach (var (leaf, volume) in leaves.Zip(volumes))
            {
                var share = leaf.Value * volume * sizes[i] / (leaf.Last[i] - leaf.First[i] + 1);
                for (var level = leaf.First[i]; level <= leaf.Last[i]; level++)
                    marginal[level - lowest[i]] += share;
            }

            shares[i].Add(marginal.Average(m => (m - mean) * (m - mean)) / variance);
        }
    }

    private static (double Mean, double Low, double High) Summarised(List<double> shares)
    {
        if (shares.Count == 0)
            return (0, 0, 0);

        var sorted = shares.Order().ToList();
        return (sorted.Average(), sorted[(int)(0.1 * (sorted.Count - 1))], sorted[(int)Math.Ceiling(0.9 * (sorted.Count - 1))]);
    }

    private static double Fit(IReadOnlyList<double> scores, List<double>?[] unseen)
    {
        var seen = Enumerable.Range(0, scores.Count).Where(i => unseen[i] is not null).ToList();
        if (seen.Count < 3)
            return double.NaN;

        var mean = seen.Average(i => scores[i]);
        var total = seen.Sum(i => (scores[i] - mean) * (scores[i] - mean));
        return total > 0 ? 1 - (seen.Sum(i => Math.Pow(scores[i] - unseen[i]!.Average(), 2)) / total) : double.NaN;
    }
}
