namespace VaeSweep.Results.Figures;

/// <summary>The metric against each parameter in turn, over all values of the others.</summary>
public static class ParameterSlices
{
    private const double Jitter = 0.12;

    public static FigureKind Kind { get; } =
        new("slice", "the metric against each parameter in turn, over all values of the others", BuildAsync)
    {
        InReport = context => context.Trials.Varying.Count > 1,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var table = await ParameterTable.BuildAsync(context, cancellationToken);
        var panels = table.Parameters.Select((parameter, i) =>
        {
            var points = table.Points.Where(p => p.Levels[i] >= 0).ToList();
            // Names have room beside them: points that would hide each other are set apart in a fixed pattern.
            double[] x = [.. points.Select((p, j) =>
                table.Place(p, i) + (parameter.Numeric ? 0 : Jitter * ((j * 0.618034 % 1) - 0.5) * 2))];
            var marks = new List<Mark> { new PointMark(
                "", Palette.Category(0), x, [.. points.Select(p => p.Score)]) { Opacity = points.Count > 200 ? 0.35 : 0.7 } };
            if (!parameter.Continuous)
            {
                var means = points.GroupBy(p => p.Levels[i]).OrderBy(g => g.Key)
                    .Select(g => (X: table.Place(g.First(), i), Y: g.Average(p => p.Score))).ToList();
                marks.Add(
                    new LineMark("mean over the other parameters", Palette.Category(1), [.. means.Select(m => m.X)],
                        [.. means.Select(m => m.Y)]) { Dots = true });
            }

            return (Panel)new Chart("", parameter.Axis, new ChartAxis(LearningCurves.Label(table.Metric), table.Metric.Unit),
                marks);
        }).ToList();
        return new Figure("slice", $"{context.Sweep}: {LearningCurves.Label(table.Metric)} by parameter", panels, [table.Note]);
    }
}
