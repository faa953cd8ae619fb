using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>Collects what the footnote of a figure over seeds must say.</summary>
internal sealed class CurveNotes(Spread spread)
{
    private readonly Dictionary<TrialState, int> _leftOut = [];
    private readonly Dictionary<TrialState, int> _unfinished = [];
    private readonly SortedSet<int> _n = [];
    private int _quantiles;

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
            _n.Add(shown.Count);
        }

        return shown;
    }

    public void Quantiles(int groups) => _quantiles = Math.Max(_quantiles, groups);

    public IEnumerable<string> Lines(IReadOnlyList<TrialGroup> groups, FigureContext context)
    {
        if (_quantiles > 0)
        {
            yield return $"{_quantiles} configurations are too many to tell apart: bands are quantiles over all their trials. --by or --where shows fewer.";
        }
        else if (_n.Count > 0)
        {
            var n = _n.Min == _n.Max ? $"n = {_n.Min}" : $"n = {_n.Min} to {_n.Max}";
            var seeds = groups.All(g => g.Trials.Select(t => t.Seed).Distinct().Count() == g.Trials.Count) ? _n.Max == 1 ? "seed" : "seeds" : _n.Max == 1 ? "trial" : "trials";
            yield return _n.Max == 1 ? $"{n} {seeds} a line, so no band." : $"{n} {seeds} a line; band: {SeedBand.Name(spread)}.";
        }

        if (_unfinished.Count > 0)
        {
            yield return $"Not finished, shown as far as they are: {Counts(_unfinished)}.";
        }

        if (_leftOut.Count > 0)
        {
            yield return $"Left out beside finished trials of the same group: {Counts(_leftOut)}.";
        }

        if (context.Options.Where.Count > 0)
        {
            yield return $"Only trials with {string.Join(", ", context.Options.Where.Select(w => $"{w.Key} = {w.Value}"))}.";
        }
    }

    private static string Counts(Dictionary<TrialState, int> counts) => string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key.ToString().ToLowerInvariant()}"));
}
