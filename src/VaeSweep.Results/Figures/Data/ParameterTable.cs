using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>Finished trials as points of the search space with a score, seeds of one point averaged.</summary>
public sealed class ParameterTable
{
    private ParameterTable(IReadOnlyList<Parameter> parameters, IReadOnlyList<Point> points, Metric metric, int trials,
        int leftOut)
    {
        (Parameters, Points, Metric, Trials, LeftOut) = (parameters, points, metric, trials, leftOut);
    }

    /// <summary>"init varies only together with activation": for those whose effects no figure could tell apart.</summary>
    private IReadOnlyList<string> Together { get; init; } = [];

    /// <summary>A configuration path that varies.</summary>
    /// <param name="Name">Short, for labels.</param>
    /// <param name="Levels">Its values in order.</param>
    /// <param name="Numeric">All of them are numbers.</param>
    public sealed record Parameter(string Path, string Name, IReadOnlyList<SettingValue> Levels, bool Numeric)
    {
        /// <summary>More values than one would list: drawn on an axis of numbers.</summary>
        public bool Continuous => Numeric && Levels.Count > 12;

        public bool Log => MetricAgainst.Spans(Levels);

        /// <summary>Numbers stand where they are, names at 0, 1, 2.</summary>
        public ChartAxis Axis => Numeric
            ? new ChartAxis(Name) { Log = Log, TicksAt = Levels.Count <= 8 ? [.. Levels.Select(l => l.Number)] : null }
            : new ChartAxis(Name) { Categories = [.. Levels.Select(l => l.Text)] };
    }

    /// <summary>One combination of values.</summary>
    /// <param name="Levels">For each parameter the place of its value among <see cref="Parameter.Levels"/>; -1 where the
    /// configuration has no such path.</param>
    /// <param name="Score">Mean over the seeds.</param>
    /// <param name="Seeds">How many.</param>
    public sealed record Point(IReadOnlyList<int> Levels, double Score, int Seeds);

    public IReadOnlyList<Parameter> Parameters { get; }
    public IReadOnlyList<Point> Points { get; }
    public Metric Metric { get; }

    /// <summary>How many trials the points are made of.</summary>
    public int Trials { get; }

    /// <summary>Trials without a score.</summary>
    public int LeftOut { get; }

    /// <summary>"n = 24 trials at 12 points; ...".</summary>
    public string Note => $"n = {Numbered.Of(Trials, "finished trial")} at {Numbered.Of(Points.Count, "point")} of the "
        + "search space; seeds of a point are averaged."
        + (LeftOut > 0 ? $" {Numbered.Of(LeftOut, "trial")} without {Metric.Name} (not finished or failed) "
            + $"{Numbered.Are(LeftOut)} left out." : "")
        + string.Concat(Together.Select(t => $" {t}."));

    /// <returns>Where a point stands along a parameter's <see cref="Parameter.Axis"/>; NaN where it has no value.</returns>
    public double Place(Point point, int parameter) => point.Levels[parameter] is var level && level < 0 ? double.NaN
        : Parameters[parameter].Numeric ? Parameters[parameter].Levels[level].Number : level;

    /// <exception cref="ResultsException">Nothing varies, or nothing is finished.</exception>
    public static async Task<ParameterTable> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var metric = context.Metric;
        var values = await MetricReader.ReadAsync(context.Store.Results, context.Trials, metric, cancellationToken);
        if (values.Count == 0)
        {
            throw new ResultsException($"no finished trial of '{context.Sweep}' has {metric.Name}. `vaesweep table --metrics` "
                + "lists the metrics.");
        }

        // Values of another data set or likelihood have another zero: the largest part that can be compared is shown.
        var scopes = context.Trials.Scopes(metric)
            .Select(s => (s.Name, s.Trials, Scored: s.Trials.Trials.Count(t => values.ContainsKey(t.Id))))
            .Where(s => s.Scored > 0)
            .OrderByDescending(s => s.Scored).ToList();
        var trials = scopes[0].Trials;
        context = context with { Trials = trials };
        var (paths, together) = context.Options.By is { } asked ? (asked, []) : Telling(context);
        var names = SweepTrials.ShortNames(paths);
        var parameters = paths.Select((path, i) =>
        {
            var levels = trials.Group([path]).Where(g => g.Values[0] is not null).Select(g => g.Values[0]!).ToList();
            return new Parameter(path, names[i].Replace('_', ' '), levels, levels.Count > 0
                && levels.TrueForAll(l => double.IsFinite(l.Number)));
        }).ToList();
        if (parameters.Count == 0)
        {
            throw new ResultsException(scopes.Count == 1 ? $"nothing but the seed varies in '{context.Sweep}'."
                : $"nothing but the seed varies of {scopes[0].Name} in '{context.Sweep}', and {scopes[1].Name} cannot be "
                    + "compared with it; --where shows one of them.");
        }

        var place = parameters.ConvertAll(p =>
            p.Levels.Select((l, i) => (l.Json, i)).ToDictionary(l => l.Json, l => l.i, StringComparer.Ordinal));
        var points = trials.Trials.Where(t => values.ContainsKey(t.Id))
            .GroupBy(t => string.Join('\n', paths.Select(p => trials.Setting(t, p)?.Json ?? "")), StringComparer.Ordinal)
            .Select(g => new Point(
                [.. paths.Select((p, i) => trials.Setting(g.First(), p) is { } v ? place[i][v.Json] : -1)],
                SeedBand.Seeds(g.Select(t => (t.Seed, values[t.Id]))).Average(), g.Select(t => t.Seed).Distinct().Count()))
            .ToList();
        return new ParameterTable(parameters, points, metric, scopes[0].Scored, trials.Trials.Count - scopes[0].Scored)
        {
            Together =
            [
                .. together,
                .. scopes.Count > 1
                    ? [$"Only {scopes[0].Name}: "
                        + $"{string.Join(" and ", scopes.Skip(1).Select(s => $"{s.Name} ({Numbered.Of(s.Scored, "trial")})"))} "
                        + "cannot be compared with it; --where shows them"]
                    : Array.Empty<string>(),
            ],
        };
    }

    /// <summary>Of the paths that vary those with two values or more, and of those that always change together the one that the
    /// sweep file names first.</summary>
    private static (IReadOnlyList<string> Paths, IReadOnlyList<string> Together) Telling(FigureContext context)
    {
        var trials = context.Trials;
        var named = context.Definition.VaryingPaths;
        var groups = trials.Varying
            .Where(path => trials.Trials.Select(t => trials.Setting(t, path)?.Json).Where(json => json is not null)
                .Distinct(StringComparer.Ordinal).Skip(1).Any())
            .OrderBy(path => named.Contains(path, StringComparer.Ordinal) ? 0 : 1)
            .GroupBy(path => Partition(trials, path), StringComparer.Ordinal).Select(g => g.ToList()).ToList();
        var spoken = groups.ConvertAll(g => SweepTrials.Spoken(g));
        return (
            [.. groups.Select(g => g[0]).Order(StringComparer.Ordinal)],
            [.. spoken.Where(g => g.Count > 1)
                .Select(g => $"{string.Join(", ", g.Skip(1))} {(g.Count == 2 ? "varies" : "vary")} only together with {g[0]}")]);
    }

    /// <returns>The same for two paths when whichever trials agree in one agree in the other.</returns>
    private static string Partition(SweepTrials trials, string path)
    {
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        return string.Join(',', trials.Trials.Select(t =>
        {
            var json = trials.Setting(t, path)?.Json ?? "";
            codes.TryAdd(json, codes.Count);
            return codes[json];
        }));
    }

    /// <summary>Colours the good end yellow.</summary>
    public ColorScale Scale => ColorScale.Over(
        LearningCurves.Label(Metric), Metric.Unit, Points.Select(p => p.Score), reversed: Metric.Direction == Direction.Lower);
}
