using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>Collects what the footnote of a figure over seeds must say.</summary>
internal sealed class CurveNotes(Spread spread)
{
    private const int FewestPlaces = 10;

    private readonly Dictionary<TrialState, int> _leftOut = [];
    private readonly Dictionary<TrialState, int> _unfinished = [];
    private readonly SortedSet<int> _n = [];
    private int _quantiles;
    private int _settings;
    private bool _cut;
    private bool _wide;

    /// <summary>The finished trials of a group; those that are under way where none has finished.</summary>
    public IReadOnlyList<FigureTrial> Shown(IEnumerable<FigureTrial> trials)
    {
        var all = trials.ToList();
        var finished = all.FindAll(t => t.State == TrialState.Succeeded);
        var shown = finished.Count > 0 ? finished : all;
        foreach (var trial in finished.Count > 0 ? all.Except(finished) : all)
        {
            var counts = finished.Count > 0 ? _leftOut : _unfinished;
            counts[trial.State] = counts.GetValueOrDefault(trial.State) + 1;
        }

        if (shown.Count > 0)
        {
            _n.Add(shown.Select(t => t.Seed).Distinct().Count());
            _settings = Math.Max(_settings, shown.Select(t => t.Point).Distinct().Count());
        }

        return shown;
    }

    public void Quantiles(int groups) => _quantiles = Math.Max(_quantiles, groups);

    /// <summary>Between what the axis of values may lie: bands of few seeds, wide where those still differ, may go
    /// beyond it by half of what the lines span, and the first few epochs as <see cref="Beginning"/> says.</summary>
    /// <returns>NaN: what the marks span.</returns>
    public (double Min, double Max) Bounds(IReadOnlyList<Mark> marks)
    {
        var beginning = Beginning(marks);
        var shown = marks.OfType<LineMark>().SelectMany(line => line.Y).Where(y => double.IsFinite(y) && !(y < beginning))
            .ToList();
        if (shown.Count < FewestPlaces || shown.Max() <= shown.Min())
            return (beginning, double.NaN);

        var span = shown.Max() - shown.Min();
        var bands = marks.OfType<BandMark>().ToList();
        var below = shown.Min() - bands.SelectMany(band => band.Low).Where(double.IsFinite).DefaultIfEmpty(shown.Min()).Min();
        var above = bands.SelectMany(band => band.High).Where(double.IsFinite).DefaultIfEmpty(shown.Max()).Max() - shown.Max();
        var (isLow, isHigh) = (below > span && double.IsNaN(beginning), above > span);
        _wide |= isLow || isHigh;
        return (isLow ? shown.Min() - (span / 2) : beginning, isHigh ? shown.Max() + (span / 2) : double.NaN);
    }

    public IEnumerable<string> Lines()
    {
        if (_quantiles > 0)
        {
            yield return $"{_quantiles} configurations are too many to tell apart: bands are quantiles over all their trials. "
                + "--by or --where shows fewer.";
        }
        else if (_n.Count > 0)
        {
            var n = _n.Min == _n.Max ? $"n = {_n.Min}" : $"n = {_n.Min} to {_n.Max}";
            yield return _n.Max == 1 ? $"{n} seed a line, so no band." : $"{n} seeds a line; band: {SeedBand.Name(spread)}.";
            foreach (var note in SeedBand.Joined(_settings, "line"))
                yield return note;
        }

        if (_unfinished.Count > 0)
            yield return $"Not finished, shown as far as they are: {Counts(_unfinished)}.";

        if (_leftOut.Count > 0)
            yield return $"Left out beside finished trials of the same group: {Counts(_leftOut)}.";

        if (_cut)
            yield return "The first epochs lie below the axis.";

        if (_wide)
            yield return "Bands reach beyond the axis where they are widest.";
    }

    /// <summary>Where the axis of values may begin: the first few epochs often lie so far below that they would press all others
    /// together.</summary>
    /// <returns>NaN: where the lines do.</returns>
    private double Beginning(IReadOnlyList<Mark> marks)
    {
        var lines = marks.OfType<LineMark>().Where(l => l.Y.Count >= FewestPlaces).ToList();
        if (lines.Count == 0)
            return double.NaN;

        var lowest = lines.SelectMany(l => l.Y).Where(double.IsFinite).DefaultIfEmpty(0).Min();
        var later = lines.SelectMany(l => l.Y.Skip(l.Y.Count / 20 + 1)).Where(double.IsFinite).ToList();
        if (later.Count == 0 || later.Max() - lowest < 2.5 * (later.Max() - later.Min()))
            return double.NaN;

        _cut = true;
        return later.Min() - (0.06 * (later.Max() - later.Min()));
    }

    private static string Counts(Dictionary<TrialState, int> counts) =>
        string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key.ToString().ToLowerInvariant()}"));
}
