namespace VaeSweep.Results.Figures;

/// <summary>What the figures of single units share: which trials they show, and how cells are laid out.</summary>
internal static class UnitPanels
{
    /// <summary>The trials asked for, else the first of each group, with a title for each.</summary>
    public static IReadOnlyList<(FigureTrial Trial, string Title)> Chosen(FigureContext context)
    {
        if (context.Options.Trials is { Count: > 0 } asked)
            return [.. asked.Select(id => (Find(context, id), id))];

        var names = SweepTrials.Spoken(context.By);
        return
        [
            .. context.Trials.Group(context.By)
                .Select(
                    g => (Trial: g.Trials.FirstOrDefault(t => t.State == Sweeps.TrialState.Succeeded)
                        ?? g.Trials.FirstOrDefault(t => t.EpochsDone > 0), g.Label))
                .Where(g => g.Trial is not null)
                .Select(g => (g.Trial!, names.Count == 1 ? $"{names[0]} {g.Label}" : g.Label)),
        ];
    }

    public static IEnumerable<string> Notes(FigureContext context, IReadOnlyList<FigureTrial> shown, int offered)
    {
        var seeds = shown.Select(t => t.Seed).Distinct().Order().ToList();
        yield return shown.Count == 1
            ? $"n = 1 trial ({shown[0].Id}), seed {seeds[0]}."
            : $"n = 1 trial a model, {(seeds.Count == 1 ? "seed" : "seeds")} {string.Join(", ", seeds)}.";
        if (offered > shown.Count)
            yield return $"{shown.Count} of {offered} groups are shown: --max, --by, --where or --trial chooses.";
    }

    /// <summary>Edges between measured epochs, so that cells of sparse ones are as wide as they stand for.</summary>
    public static double[] Edges(IReadOnlyList<int> epochs)
    {
        var edges = new double[epochs.Count + 1];
        for (var i = 1; i < epochs.Count; i++)
            edges[i] = (epochs[i - 1] + epochs[i]) / 2.0;

        edges[0] = epochs.Count > 1 ? epochs[0] - (edges[1] - epochs[0]) : epochs[0] - 0.5;
        edges[^1] = epochs.Count > 1 ? epochs[^1] + (epochs[^1] - edges[^2]) : epochs[0] + 0.5;
        return edges;
    }

    /// <summary>Heat map cells [unit, epoch] of a function of the values, units in a given order.</summary>
    public static double[,] Cells(double[,] values, IReadOnlyList<int> order, Func<double, double> show)
    {
        var cells = new double[order.Count, values.GetLength(0)];
        for (var unit = 0; unit < order.Count; unit++)
        {
            for (var epoch = 0; epoch < values.GetLength(0); epoch++)
                cells[unit, epoch] = show(values[epoch, order[unit]]);
        }

        return cells;
    }

    /// <summary>Units by their value at one epoch, the largest first.</summary>
    public static IReadOnlyList<int> Order(double[,] values, int epoch) =>
        [.. Enumerable.Range(0, values.GetLength(1)).OrderByDescending(u => values[epoch, u])];

    public static FigureTrial Find(FigureContext context, string id)
    {
        var found = context.Trials.Trials.Where(t => t.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ResultsException(
                $"no trial of '{context.Sweep}' begins with '{id}'. `vaesweep query \"SELECT trial, config FROM trials\"` "
                    + "lists them."),
            _ => throw new ResultsException(
                $"'{id}' is the start of several trials of '{context.Sweep}': {found[0].Id}, {found[1].Id}, ... Type more of the "
                    + "one that is meant."),
        };
    }
}
