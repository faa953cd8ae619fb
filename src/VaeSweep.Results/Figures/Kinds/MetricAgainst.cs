namespace VaeSweep.Results.Figures;

/// <summary>A metric of finished trials against a configuration path, a line a group, with every seed as a point.</summary>
public static class MetricAgainst
{
    public static FigureKind Kind { get; } = new(
        "against", "a metric of finished trials against any configuration path (--x), a line a group",
        (context, cancel) => BuildAsync(context, null, cancel));

    public static FigureKind PseudoInputs { get; } = new(
        "pseudo-input-count", "log-likelihood against the number of pseudo-inputs (Bergentoft et al., figure 5)",
        (context, cancel) => BuildAsync(context, "model.pseudo_inputs", cancel))
    {
        InReport = context => context.Trials.Varying.Contains("model.pseudo_inputs"),
    };

    private static async Task<Figure> BuildAsync(FigureContext context, string? fixedPath, CancellationToken cancellationToken)
    {
        var path = fixedPath ?? context.Options.X ?? context.Trials.Varying.FirstOrDefault(p => Numeric(context.Trials, p))
            ?? throw new ResultsException($"no numeric parameter of '{context.Sweep}' varies; --x names a configuration path.");
        var by = context.Options.By ?? [.. context.By.Where(p => p != path)];
        var metric = context.Metric;
        var values = await MetricReader.ReadAsync(context.Store.Results, context.Trials, metric, cancellationToken);
        if (values.Count == 0)
        {
            throw new ResultsException($"no finished trial of '{context.Sweep}' has {metric.Name}. `vaesweep "
                + $"table {context.Sweep} --metrics` lists the metrics.");
        }

        var kind = fixedPath is null ? "against" : "pseudo-input-count";
        var numeric = Numeric(context.Trials, path);
        var places = context.Trials.Group([path]).Where(g => g.Values[0] is not null).Select(g => g.Values[0]!).ToList();
        if (places.Count == 0)
            throw new ResultsException($"no trial of '{context.Sweep}' has {path}.");

        var name = SweepTrials.ShortNames([path])[0].Replace('_', ' ');
        var (n, settings, panels, without) = (new SortedSet<int>(), 1, new List<Panel>(), new List<string>());
        var leftOut = context.Trials.Trials.Count(t => !values.ContainsKey(t.Id));
        var scopes = context.Trials.Scopes(metric).Where(s => s.Trials.Trials.Any(t => values.ContainsKey(t.Id))).ToList();
        by = [.. context.Without(scopes.Select(s => s.Trials), by)];
        foreach (var (scope, trials) in scopes)
        {
            if (Marks(trials) is not { Count: > 0 } marks)
            {
                without.Add(scope);
                continue;
            }

            panels.Add(new Chart(
                scopes.Count > 1 ? scope : "", Axis(), new ChartAxis(LearningCurves.Label(metric), metric.Unit), marks));
        }

        List<Mark> Marks(SweepTrials trials)
        {
            var marks = new List<Mark>();
            var groups = trials.Group(by);
            // Error bars at one place would hide each other.
            var step = Math.Min(5, 40.0 / groups.Count);
            for (var i = 0; i < groups.Count; i++)
                Add(groups[i], (i - ((groups.Count - 1) / 2.0)) * step, marks);

            return marks;
        }

        void Add(TrialGroup group, double shift, List<Mark> marks)
        {
            var points = group.Trials.Where(t => values.ContainsKey(t.Id) && context.Trials.Setting(t, path) is not null)
                .GroupBy(t => Place(context.Trials.Setting(t, path)!))
                .OrderBy(g => g.Key)
                .Select(
                    g => (X: g.Key, Seeds: SeedBand.Seeds(g.Select(t => (t.Seed, values[t.Id]))), Settings: g.Select(t => t.Point)
                        .Distinct().Count()))
                .ToList();
            if (points.Count == 0)
                return;

            n.UnionWith(points.Select(p => p.Seeds.Count));
            settings = Math.Max(settings, points.Max(p => p.Settings));
            var spans = points.ConvertAll(p => SeedBand.Of(p.Seeds, context.Options.Spread));
            double[] x = [.. points.Select(p => p.X)];
            marks.Add(
                new PointMark("", group.Color, [.. points.SelectMany(p => p.Seeds.Select(_ => p.X))],
                    [.. points.SelectMany(p => p.Seeds)]) { Radius = 2.2, Opacity = 0.45, Shift = shift });
            marks.Add(new ErrorMark("", group.Color, x, [.. spans.Select(s => s.Low)], [.. spans.Select(s => s.High)])
            {
                Shift = shift,
            });
            marks.Add(
                new LineMark(by.Count > 0 ? group.Label : "", group.Color, x, [.. spans.Select(s => s.Mean)])
                {
                    Dots = true, Shift = shift,
                });
        }

        double Place(SettingValue value) => numeric ? value.Number : places.FindIndex(p => p.Json == value.Json);

        ChartAxis Axis() => numeric
            ? new ChartAxis(name) { Log = context.Options.LogX || Spans(places), TicksAt = places.Count <= 8
                ? [.. places.Select(p => p.Number)] : null }
            : new ChartAxis(name) { Categories = [.. places.Select(p => p.Text)] };
        var seeds = n.Count == 1 ? $"n = {n.Min}" : $"n = {n.Min} to {n.Max}";
        return new Figure(
            kind, $"{context.Sweep}: {LearningCurves.Label(metric)} against {name}",
            panels,
            [
                n.Max > 1 ? $"{seeds} seeds a point of a line; error bars: {SeedBand.Name(context.Options.Spread)}; small "
                    + "points: single seeds." : "n = 1 seed a point, so no error bars.",
                .. SeedBand.Joined(settings, "point"),
                .. without.Count > 0
                    ? new[] { $"Left out: {string.Join("; ", without)}, whose trials have no {name}." } : [],
                .. leftOut > 0
                    ? new[] { $"{leftOut} of {Numbered.Of(context.Trials.Trials.Count, "trial")} {Numbered.Are(leftOut)} left "
                        + $"out: not finished, failed, or without {metric.Name}." } : [],
            ])
        {
            LegendTitle = by.Count == 1 ? SweepTrials.Spoken(by)[0] : "",
        };
    }

    internal static bool Numeric(SweepTrials trials, string path) =>
        trials.Trials.Select(t => trials.Setting(t, path)).Where(v => v is not null).Select(v => v!.Number).Distinct()
            .ToList() is { Count: > 0 } numbers && numbers.TrueForAll(double.IsFinite);

    /// <summary>Numbers that span so much that a plain axis would press most of them together.</summary>
    internal static bool Spans(IReadOnlyList<SettingValue> values) =>
        values.Count > 2 && values.All(v => v.Number > 0) && values.Max(v => v.Number) / values.Min(v => v.Number) >= 40;
}
