namespace VaeSweep.Results.Figures;

/// <summary>KL divergence of each stochastic layer by epoch, a panel a group, a band over its seeds.</summary>
public static class LayerKl
{
    public static FigureKind Kind { get; } = new(
        "layer-kl", "KL divergence of each stochastic layer by epoch (Sønderby et al. 2016, figure 5)", BuildAsync)
    {
        InReport = context => context.Trials.Trials.Any(t => HasSeveral(context, t)),
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var notes = new CurveNotes(context.Options.Spread);
        var groups = context.Trials.Group(context.By).Select(g => g with { Trials = [.. g.Trials.Where(t => t.EpochsDone > 0)] })
            .Where(g => g.Trials.Count > 0).ToList();
        // One layer's KL is a line of `curves`: where some models have several, those are what is asked for.
        var several = groups.FindAll(g => g.Trials.Any(t => HasSeveral(context, t)));
        var single = several.Count > 0 ? groups.Count - several.Count : 0;
        groups = several.Count > 0 ? several : groups;
        var shown = groups.Take(context.Options.MaxPanels).Select(g => g with { Trials = notes.Shown(g.Trials) }).ToList();
        var titles = SweepTrials.Spoken(context.By);
        var panels = new List<Panel>();
        var deepest = 1;
        foreach (var group in shown)
        {
            var perTrial = new List<IReadOnlyList<UnitCurves>>();
            var measured = new List<FigureTrial>();
            foreach (var trial in group.Trials)
            {
                if (await UnitReader.ReadAsync(
                    context.Store.Results, context.Sweep, trial.Id, cancellationToken) is { Count: > 0 } units)
                {
                    perTrial.Add(units);
                    measured.Add(trial);
                }
            }

            if (perTrial.Count == 0)
                continue;

            var layers = perTrial.Min(l => l.Count);
            deepest = Math.Max(deepest, layers);
            var marks = Enumerable.Range(0, layers).SelectMany(layer =>
            {
                var epochs = perTrial.MaxBy(l => l[layer].Epochs.Count)![layer].Epochs;
                var band = SeedBand.Over(SeedBand.Seeds(measured, perTrial.Select(l => Sums(l[layer].Kl))),
                    context.Options.Spread);
                double[] x = [.. epochs.Select(e => (double)e)];
                var color = Palette.Of(layer, layers, ordered: true);
                return new Mark[] { new BandMark($"layer {layer + 1}", color, x, band.Low, band.High),
                    new LineMark($"layer {layer + 1}", color, x, band.Mean) };
            });
            panels.Add(
                new Chart(titles.Count == 1 ? $"{titles[0]} {group.Label}" : group.Label, new ChartAxis("epoch") { Whole = true },
                    new ChartAxis("KL divergence", "nats per image"), [.. marks.OrderBy(m => m is BandMark ? 0 : 1)]));
        }

        if (panels.Count == 0)
        {
            throw new ResultsException($"sweep '{context.Sweep}' has not measured its units by epoch: evaluate.every says "
                + "how often.");
        }

        var left = groups.Count > shown.Count
            ? new[] { $"{shown.Count} of {groups.Count} groups are shown: --max, --by or --where chooses." } : [];
        left = single > 0 ? [.. left, $"{single} {(single == 1 ? "group" : "groups")} of one layer are left out."] : left;
        return new Figure("layer-kl", $"{context.Sweep}: KL divergence by stochastic layer", panels,
            [.. notes.Lines(), .. left, "Layer 1 is the data's side."]);
    }

    private static bool HasSeveral(FigureContext context, FigureTrial trial) =>
        context.Trials.Setting(trial, "model.layers")?.Json.Contains(',') == true;

    private static double[] Sums(double[,] kl) =>
        [.. Enumerable.Range(0, kl.GetLength(0))
            .Select(epoch => Enumerable.Range(0, kl.GetLength(1)).Sum(unit => kl[epoch, unit]))];
}
