namespace VaeSweep.Results.Figures;

/// <summary>The metric over two parameters: cells where both have few values, an interpolated surface elsewhere.</summary>
public static class ParameterContour
{
    private const int Resolution = 48;

    public static FigureKind Kind { get; } = new("contour", "the metric over two parameters (--by a,b), as a surface", BuildAsync)
    {
        InReport = context => context.Trials.Varying.Count > 1,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var table = await ParameterTable.BuildAsync(context, cancellationToken);
        if (table.Parameters.Count < 2)
            throw new ResultsException("a contour needs two parameters that vary: --by a,b names them.");

        // Unasked, the two that matter most: the others would show a flat surface.
        var (x, y) = context.Options.By is { Count: >= 2 } ? (0, 1) : MostImportant(table, context.Options.Seed);
        var (across, up) = (table.Parameters[x], table.Parameters[y]);
        var points = table.Points.Where(p => p.Levels[x] >= 0 && p.Levels[y] >= 0).ToList();
        var scale = table.Scale;
        var cells = across.Continuous || up.Continuous ? Surface(table, points, x, y) : Cells(points, across, up, x, y);
        var marks = new List<Mark> { cells.Heat };
        if (cells.Points is { } measured)
            marks.Add(measured);

        return new Figure(
            "contour", $"{context.Sweep}: {LearningCurves.Label(table.Metric)} over {across.Name} and {up.Name}",
            [new Chart("", cells.X, cells.Y, marks) { Scale = scale }],
            [table.Note, cells.Points is null
                ? "Each cell is the mean over the other parameters; grey: not measured." : "The surface is interpolated between "
                + "the measured points (weights 1 / distance²); dots are measured."]);
    }

    private static (int X, int Y) MostImportant(ParameterTable table, long seed)
    {
        var ranked = Fanova.Of(table, seed).Shares.Select((s, i) => (s.Mean, i)).OrderByDescending(s => s.Mean).Take(2)
            .Select(s => s.i).Order().ToList();
        return (ranked[0], ranked[1]);
    }

    private static (HeatMark Heat, PointMark? Points, ChartAxis X, ChartAxis Y) Cells(
        List<ParameterTable.Point> points, ParameterTable.Parameter across, ParameterTable.Parameter up, int x, int y)
    {
        var cells = new double[up.Levels.Count, across.Levels.Count];
        for (var row = 0; row < up.Levels.Count; row++)
        {
            for (var column = 0; column < across.Levels.Count; column++)
            {
                var here = points.FindAll(p => p.Levels[x] == column && p.Levels[y] == row);
                cells[row, column] = here.Count == 0 ? double.NaN : here.Average(p => p.Score);
            }
        }

        return (new HeatMark(Edges(across), Edges(up), cells), null, Names(across), Names(up));

        static double[] Edges(ParameterTable.Parameter p) => [.. Enumerable.Range(0, p.Levels.Count + 1).Select(i => i - 0.5)];
        static ChartAxis Names(ParameterTable.Parameter p) => new(p.Name) { Categories = [.. p.Levels.Select(l => l.Text)] };
    }

    private static (HeatMark Heat, PointMark? Points, ChartAxis X, ChartAxis Y) Surface(
        ParameterTable table, List<ParameterTable.Point> points, int x, int y)
    {
        var (xs, ys) = (Grid(table, points, x), Grid(table, points, y));
        var cells = new double[Resolution, Resolution];
        for (var row = 0; row < Resolution; row++)
        {
            for (var column = 0; column < Resolution; column++)
            {
                var (weights, sum) = (0.0, 0.0);
                foreach (var point in points)
                {
                    var dx = xs.At(table.Place(point, x)) - ((column + 0.5) / Resolution);
                    var dy = ys.At(table.Place(point, y)) - ((row + 0.5) / Resolution);
                    var weight = 1 / ((dx * dx) + (dy * dy) + 1e-4);
                    (weights, sum) = (weights + weight, sum + (weight * point.Score));
                }

                cells[row, column] = sum / weights;
            }
        }

        var dots = new PointMark("", Palette.Ink, [.. points.Select(p => table.Place(p, x))],
            [.. points.Select(p => table.Place(p, y))]) { Radius = 2, Opacity = 0.6 };
        return (new HeatMark(xs.Edges, ys.Edges, cells), dots, table.Parameters[x].Axis, table.Parameters[y].Axis);
    }

    /// <summary>Even steps along a parameter's axis.</summary>
    private static (double[] Edges, Func<double, double> At) Grid(
        ParameterTable table, List<ParameterTable.Point> points, int parameter)
    {
        var range = AxisRange.Of(table.Parameters[parameter].Axis, points.Select(p => table.Place(p, parameter)), tight: true,
            zero: false);
        var log = table.Parameters[parameter].Numeric && table.Parameters[parameter].Log;
        double[] edges = [.. Enumerable.Range(0, Resolution + 1).Select(i => i / (double)Resolution)
            .Select(t => log ? range.Min * Math.Pow(range.Max / range.Min, t) : range.Min + (t * (range.Max - range.Min)))];
        return (edges, range.At);
    }
}
