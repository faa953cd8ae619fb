namespace VaeSweep.Results.Figures;

/// <summary>What a mark covers along each axis.</summary>
internal static class MarkExtent
{
    public static IEnumerable<double> X(Mark mark) => mark switch
    {
        LineMark line => line.X,
        BandMark band => band.X,
        PointMark points => points.X,
        ErrorMark errors => errors.X,
        BarMark { Horizontal: true } bars => Heights(bars),
        HistogramMark histogram => histogram.Edges,
        HeatMark heat => [heat.X[0], heat.X[^1]],
        ImageMark image => [image.Left, image.Right],
        _ => [],
    };

    public static IEnumerable<double> Y(Mark mark) => mark switch
    {
        LineMark line => line.Y,
        BandMark band => band.Low.Concat(band.High),
        PointMark points => points.Y,
        ErrorMark errors => errors.Low.Concat(errors.High),
        BarMark { Horizontal: false } bars => Heights(bars),
        HistogramMark histogram => histogram.Heights,
        HeatMark heat => [heat.Y[0], heat.Y[^1]],
        ImageMark image => [image.Bottom, image.Top],
        _ => [],
    };

    private static IEnumerable<double> Heights(BarMark bars) => bars.Errors is { } errors
        ? bars.Values.Concat(errors.Select(e => e.High)) : bars.Values;
}
