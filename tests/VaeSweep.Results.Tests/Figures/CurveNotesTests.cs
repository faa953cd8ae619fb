using VaeSweep.Results.Figures;

namespace VaeSweep.Results.Tests.Figures;

public sealed class CurveNotesTests
{
    private static readonly double[] _x = [.. Enumerable.Range(1, 20).Select(epoch => (double)epoch)];

    // From 80 to 99.
    private static readonly double[] _mean = [.. _x.Select(epoch => 79 + epoch)];

    [Fact]
    public void A_band_that_is_wider_than_the_lines_goes_beyond_the_axis_and_is_said()
    {
        var notes = new CurveNotes(Spread.Ci);

        var (min, max) = notes.Bounds(Marks(width: epoch => epoch == 1 ? 500 : 1));

        Assert.Equal((70.5, 108.5), (min, max));
        Assert.Contains("Bands reach beyond the axis where they are widest.", notes.Lines());
    }

    [Fact]
    public void A_band_no_wider_than_the_lines_span_is_whole_on_the_axis()
    {
        var notes = new CurveNotes(Spread.Ci);

        var (min, max) = notes.Bounds(Marks(width: _ => 18));

        Assert.True(double.IsNaN(min) && double.IsNaN(max));
        Assert.DoesNotContain(notes.Lines(), note => note.Contains("axis", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_all_at_one_height_leave_their_axis_to_the_bands()
    {
        double[] flat = [.. _x.Select(_ => 5.0)];
        var (_, max) = new CurveNotes(Spread.Ci).Bounds(
            [new BandMark("a", "#000000", _x, flat, [.. _x.Select(_ => 9.0)]), new LineMark("a", "#000000", _x, flat)]);

        Assert.True(double.IsNaN(max));
    }

    private static IReadOnlyList<Mark> Marks(Func<double, double> width) =>
    [
        new BandMark(
            "a", "#000000", _x, [.. _mean.Zip(_x, (y, x) => y - width(x))], [.. _mean.Zip(_x, (y, x) => y + width(x))]),
        new LineMark("a", "#000000", _x, _mean),
    ];
}
