namespace VaeSweep.Results.Figures;

/// <summary>A regression tree over points whose coordinates are whole numbers (places among a parameter's values).</summary>
internal sealed class RegressionTree
{
    private const int SmallestLeaf = 1;

    private readonly List<Node> _nodes = [];

    /// <param name="Split">The coordinate that is asked; -1 for a leaf.</param>
    /// <param name="Below">Where coordinates up to <paramref name="At"/> go.</param>
    private readonly record struct Node(int Split, int At, int Below, int Above, double Value);

    private RegressionTree()
    {
    }

    /// <param name="rows">Which points to grow from; may repeat.</param>
    /// <param name="tried">How many coordinates each split may choose from.</param>
    public static RegressionTree Grow(
        IReadOnlyList<IReadOnlyList<int>> points, IReadOnlyList<double> scores, int[] rows, int tried, Random random)
    {
        var tree = new RegressionTree();
        tree.Add(points, scores, rows, tried, random);
        return tree;
    }

    public double Predict(IReadOnlyList<int> point)
    {
        var node = _nodes[0];
        while (node.Split >= 0)
            node = _nodes[point[node.Split] <= node.At ? node.Below : node.Above];

        return node.Value;
    }

    /// <summary>The tree's leaves as boxes: for each coordinate the first and the last place it covers.</summary>
    public IEnumerable<(int[] First, int[] Last, double Value)> Leaves(IReadOnlyList<int> lowest, IReadOnlyList<int> highest)
    {
        var open = new Stack<(int Node, int[] First, int[] Last)>();
        open.Push((0, [.. lowest], [.. highest]));
        while (open.TryPop(out var box))
        {
            var node = _nodes[box.Node];
            if (node.Split < 0)
            {
                yield return (box.First, box.Last, node.Value);
                continue;
            }

            var (last, first) = ((int[])box.Last.Clone(), (int[])box.First.Clone());
            last[node.Split] = node.At;
            first[node.Split] = node.At + 1;
            open.Push((node.Below, box.First, last));
            open.Push((node.Above, first, box.Last));
        }
    }

    private int Add(IReadOnlyList<IReadOnlyList<int>> points, IReadOnlyList<double> scores, int[] rows, int tried, Random random)
    {
        var at = _nodes.Count;
        var mean = rows.Average(r => scores[r]);
        _nodes.Add(new Node(-1, 0, 0, 0, mean));
        if (rows.Length < 2 * SmallestLeaf || Best(points, scores, rows, tried, random) is not { } split)
            return at;

        var below = Add(points, scores, Array.FindAll(rows, r => points[r][split.Coordinate] <= split.At), tried, random);
        var above = Add(points, scores, Array.FindAll(rows, r => points[r][split.Coordinate] > split.At), tried, random);
        _nodes[at] = new Node(split.Coordinate, split.At, below, above, mean);
        return at;
    }

    /// <summary>The split that leaves the least squared error, among some coordinates; among all where those cannot
    /// split.</summary>
    private static (int Coordinate, int At)? Best(
        IReadOnlyList<IReadOnlyList<int>> points, IReadOnlyList<double> scores, int[] rows, int tried, Random random)
    {
        var coordinates = Enumerable.Range(0, points[0].Count).ToArray();
        random.Shuffle(coordinates);
        (int, int)? best = null;
        // Between groups, the squared error falls by the sum of (sum of scores)² / n.
        var highest = Math.Pow(rows.Sum(r => scores[r]), 2) / rows.Length * (1 + 1e-12) + 1e-12;
        for (var i = 0; i < coordinates.Length && (i < tried || best is null); i++)
        {
            var coordinate = coordinates[i];
            var levels = rows.GroupBy(r => points[r][coordinate]).OrderBy(g => g.Key)
                .Select(g => (Level: g.Key, N: g.Count(), Sum: g.Sum(r => scores[r]))).ToList();
            var (n, sum, whole) = (0, 0.0, levels.Sum(l => l.Sum));
            foreach (var level in levels.SkipLast(1))
            {
                (n, sum) = (n + level.N, sum + level.Sum);
                var gain = (sum * sum / n) + ((whole - sum) * (whole - sum) / (rows.Length - n));
                if (gain > highest)
                    (highest, best) = (gain, (coordinate, level.Level));
            }
        }

        return best;
    }
}
