namespace VaeSweep.Results.Figures;

/// <summary>Parallel coordinates: an axis a parameter, a line a point of the search space, the metric last.</summary>
public static class ParallelCoordinates
{
    public static FigureKind Kind { get; } =
        new("parallel", "parallel coordinates: how all parameters together go with the metric", BuildAsync)
    {
        InReport = context => context.Trials.Varying.Count > 1,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var table = await ParameterTable.BuildAsync(context, cancellationToken);
        var scale = table.Scale;
        IReadOnlyList<ChartAxis> axes = [.. table.Parameters.Select(p => p.Axis), new ChartAxis(scale.Label, scale.Unit)];
        IReadOnlyList<IReadOnlyList<double>> lines =
            [.. table.Points.Select(point =>
                (IReadOnlyList<double>)[.. table.Parameters.Select((_, i) => table.Place(point, i)), point.Score])];
        return new Figure("parallel", $"{context.Sweep}: parallel coordinates", [new ParallelPlot("", axes, lines, scale)],
            [table.Note, "Yellow is the better end of the last axis."]);
    }
}
