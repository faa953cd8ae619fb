using VaeSweep.Sweeps.Search;

namespace VaeSweep.Benchmarks;

/// <summary>A function to be minimised whose smallest value is zero.</summary>
internal sealed record SearchProblem(string Name, SearchSpace Space, Func<double[], double> Regret)
{
    private static readonly double[][] _scales =
    [
        [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ];

    private static readonly double[][] _places =
    [
        [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ];

    private static readonly double[] _heights = [1, 1.2, 3, 3.2];

    public static SearchProblem Branin { get; } = new("branin", new BoxSpace([new(-5, 10), new(0, 15)]), OfBranin);

    public static SearchProblem Hartmann6 { get; } =
        new("hartmann6", new BoxSpace([.. Enumerable.Range(0, 6).Select(_ => new Dimension(0, 1))]), OfHartmann6);

    /// <summary>A rate, and one of two kinds with a number of its own.</summary>
    public static SearchProblem Branch { get; } = new(
        "branch",
        new BoxSpace(
            [new(1e-5, 1e-1, Log: true), Dimension.Of(2), new(0, 1), new(1, 64, Log: true, Whole: true)],
            d => d switch { 2 => "first", 3 => "second", _ => "" }, (d, point) => d < 2 || point[1] == d - 2),
        point => Math.Abs(Math.Log10(point[0] / 2e-3))
            + (point[1] == 0 ? 0.5 + Math.Abs(point[2] - 0.3) : Math.Abs(Math.Log2(point[3] / 23)) / 2));

    /// <summary>One to four layers, each with its width.</summary>
    public static SearchProblem Layers { get; } = new(
        "layers",
        new BoxSpace(
            [new(1, 4, Whole: true), new(1e-4, 1, Log: true), .. Enumerable.Range(0, 4).Select(_ => new Dimension(0, 1))],
            d => d < 3 ? "" : $"layer {d}", (d, point) => d < 3 || point[0] > d - 2),
        point => Math.Abs(point[0] - 3) + Math.Abs(Math.Log10(point[1]) + 2)
            + Enumerable.Range(2, (int)point[0]).Sum(d => Math.Pow(point[d] - (0.2 * d), 2)));

    /// <summary>Six kinds, of which one is good where its own two numbers are.</summary>
    public static SearchProblem Kinds { get; } = new(
        "kinds",
        new BoxSpace(
            [Dimension.Of(6), .. Enumerable.Range(0, 12).Select(_ => new Dimension(0, 1))],
            d => d == 0 ? "" : $"kind {(d - 1) / 2}", (d, point) => d == 0 || point[0] == (d - 1) / 2),
        point => OfKind((int)point[0], point));

    private static double OfKind(int kind, double[] point)
    {
        var (x, y) = (point[1 + (2 * kind)], point[2 + (2 * kind)]);
        return (0.2 * ((kind + 2) % 6)) + (3 * (Math.Pow(x - (kind / 6.0), 2) + Math.Pow(y - 0.5, 2)));
    }

    private static double OfBranin(double[] point)
    {
        var (x, y) = (point[0], point[1]);
        var (b, c, t) = (5.1 / (4 * Math.PI * Math.PI), 5 / Math.PI, 1 / (8 * Math.PI));
        return Math.Pow(y - (b * x * x) + (c * x) - 6, 2) + (10 * (1 - t) * Math.Cos(x)) + 10 - 0.39788735772973816;
    }

    private static double OfHartmann6(double[] point)
    {
        var sum = 0.0;
        for (var i = 0; i < _heights.Length; i++)
        {
            var distance = 0.0;
            for (var j = 0; j < point.Length; j++)
                distance += _scales[i][j] * Math.Pow(point[j] - (1e-4 * _places[i][j]), 2);
            sum += _heights[i] * Math.Exp(-distance);
        }

        return 3.322368011415512 - sum;
    }
}
