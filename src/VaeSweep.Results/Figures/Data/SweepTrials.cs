using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>The wanted trials of a sweep with their settings, and how they fall into groups.</summary>
public sealed class SweepTrials
{
    private const string SeedPath = "seed";

    private readonly ConfigIndex _index;

    private SweepTrials(string sweep, ConfigIndex index, IReadOnlyList<FigureTrial> all,
        IReadOnlyDictionary<string, string> where, int confirming)
    {
        (Sweep, _index, Confirming) = (sweep, index, confirming);
        var filters = where.Select(one => (Path: one.Key, Filter: new ValueFilter(one.Value))).ToList();
        Trials = [.. all.Where(t => filters.TrueForAll(one => one.Filter.Holds(Setting(t, one.Path))))];
    }

    public string Sweep { get; }

    /// <summary>Trials that confirm what a search has found, and are none of <see cref="Trials"/>: as more seeds of the best
    /// points alone they would bend every chart.</summary>
    public int Confirming { get; }

    /// <summary>In the sweep's order.</summary>
    public IReadOnlyList<FigureTrial> Trials { get; }

    /// <summary>Every path of their configurations, but the seed.</summary>
    public IReadOnlyList<string> AllPaths => [.. _index.Paths.Where(path => path != SeedPath)];

    /// <summary>Paths that differ between the trials, but the seed; in ordinal order, each once: lists of one latent size as
    /// `model.latent`, others as `model.layers`.</summary>
    public IReadOnlyList<string> Varying
    {
        get
        {
            var paths = _index.Paths.Where(path =>
                path != SeedPath && Trials.Select(t => Setting(t, path)?.Json).Distinct().Skip(1).Any())
                .Select(path => path == "model.layers" && Trials.All(t => Setting(t, path) is not { } v || !v.Json.Contains(','))
                    ? "model.latent" : path)
                .ToHashSet(StringComparer.Ordinal);
            return [.. paths.Where(path => ConfigSchema.Find(path)?.ShortFor is not { } whole || !paths.Contains(whole))
                .Order(StringComparer.Ordinal)];
        }
    }

    /// <param name="where">Only trials with these values, as a sweep file writes them.</param>
    /// <exception cref="ResultsException">A path of <paramref name="where"/> does not exist, or no trial is left.</exception>
    public static async Task<SweepTrials> LoadAsync(
        IResults results, string sweep, IReadOnlyDictionary<string, string> where, CancellationToken cancellationToken)
    {
        var index = new ConfigIndex();
        var (trials, confirming) = (new List<FigureTrial>(), 0);
        await foreach (var trial in
            results.TrialsAsync(
                TrialFilter.WantedOf(sweep), TrialParts.Progress | TrialParts.Configuration | TrialParts.Outcome,
                cancellationToken))
        {
            // Of what others have trained there are scores alone, and charts are of our own.
            if (trial.Source is { IsImported: true })
                continue;
            if (trial.Round > 0)
            {
                confirming++;
                continue;
            }

            trials.Add(
                new FigureTrial(trial.Index, trial.Id, trial.Point, trial.Seed, trial.State, trial.EpochsDone, trial.Seconds,
                    index.Add(trial.Config)) { Parent = trial.Parent });
        }

        foreach (var path in where.Keys)
            Known(path, index);

        var found = new SweepTrials(sweep, index, trials, where, confirming);
        return found.Trials.Count > 0 ? found : throw new ResultsException(trials.Count == 0
            ? $"sweep '{sweep}' has no trials."
            : $"no trial of '{sweep}' has {string.Join(" and ", where.Select(w => $"{w.Key} = {w.Value}"))}."
            + $"{Offered(trials, index, where)}");
    }

    /// <summary>The trials by what the values of a metric can be held against: a table ranks within these, and a chart shows one
    /// of them.</summary>
    /// <returns>In the order in which they come; names tell them apart, empty when there is one alone.</returns>
    public IReadOnlyList<(string Name, SweepTrials Trials)> Scopes(Metric metric)
    {
        var paths = Ranking.Paths(metric);
        var scopes = Trials.GroupBy(t => string.Join('\u0001', Parts(t)), StringComparer.Ordinal).Select(g => g.ToList())
            .ToList();
        return [.. scopes.Zip(Ranking.ScopeNames([.. scopes.Select(s => Parts(s[0]))]), (trials, name) => (name, Only(trials)))];

        List<string> Parts(FigureTrial trial) => [.. paths.Select(path => Ranking.Part(path, Setting(trial, path)?.Text ?? ""))];
    }

    private SweepTrials Only(IReadOnlyList<FigureTrial> trials) =>
        new(Sweep, _index, trials, new Dictionary<string, string>(StringComparer.Ordinal), Confirming);

    /// <summary>Whether it succeeded with fewer epochs than its configuration asks.</summary>
    public bool EndedEarly(FigureTrial trial) => trial.State == TrialState.Succeeded
        && Completeness.EndedEarly(_index, trial.Codes, trial.EpochsDone);

    /// <returns>Null where the trial's configuration has no such path.</returns>
    public SettingValue? Setting(FigureTrial trial, string path) => At(trial, path) ?? Whole(trial, path) ?? Single(trial, path);

    private SettingValue? At(FigureTrial trial, string path) => _index.ColumnOf(path) is { } column
        ? _index.Value(column, CodeAt(trial, column)) : null;

    /// <summary>One layer is `model.latent` in a configuration and several are `model.layers`: beside the others it is the list
    /// of one.</summary>
    private SettingValue? Whole(FigureTrial trial, string path) =>
        ConfigSchema.Shorthands.FirstOrDefault(shorthand => shorthand.ShortFor == path) is { } single
            && At(trial, single.Name) is { } value ? new SettingValue($"[{value.Json}]") : null;

    /// <summary>`model.latent: 5` in a sweep file is `model.layers: [5]` in a configuration; several layers are the whole
    /// list.</summary>
    private SettingValue? Single(FigureTrial trial, string path) =>
        ConfigSchema.Find(path)?.ShortFor is { } whole && At(trial, whole) is { } value
            ? value.Json.StartsWith('[') && !value.Json.Contains(',') ? new SettingValue(value.Json[1..^1]) : value
            : null;

    /// <summary>Groups in the order of their values, coloured: by viridis where one path of numbers orders them.</summary>
    /// <exception cref="ResultsException">There is no such configuration path.</exception>
    public IReadOnlyList<TrialGroup> Group(IReadOnlyList<string> by)
    {
        foreach (var path in by)
            Known(path, _index);

        var names = Spoken(by);
        var groups = Trials.GroupBy(
            t => string.Join('\n', by.Select(path => Setting(t, path)?.Json ?? "")), StringComparer.Ordinal)
            .Select(g => (Values: by.Select(path => Setting(g.First(), path)).ToList(), Trials: g.ToList()))
            .ToList();
        groups.Sort((a, b) => a.Values.Zip(b.Values, SettingValue.Compare).FirstOrDefault(o => o != 0));
        var ordered = by.Count == 1 && groups.TrueForAll(g => g.Values[0] is null || !double.IsNaN(g.Values[0]!.Number));
        return
        [
            .. groups.Select((g, i) => new TrialGroup(
                g.Values, LabelOf(names, g.Values), Palette.Of(i, groups.Count, ordered), g.Trials)),
        ];
    }

    /// <summary>`model.decoder` is `decoder` as long as no other path of the list ends so.</summary>
    public static IReadOnlyList<string> ShortNames(IReadOnlyList<string> paths)
    {
        return [.. paths.Select(path => paths.Count(p => Last(p) == Last(path)) == 1 ? Last(path) : path)];

        static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
    }

    /// <summary>As <see cref="ShortNames"/>, with spaces: "warmup epochs".</summary>
    public static IReadOnlyList<string> Spoken(IReadOnlyList<string> paths) =>
        [.. ShortNames(paths).Select(name => name.Replace('_', ' '))];

    private static string LabelOf(IReadOnlyList<string> names, List<SettingValue?> values) => values.Count == 1
        ? values[0]?.Text ?? "-"
        : string.Join(", ", names.Zip(values, (name, value) => $"{name} {value?.Text ?? "-"}"));

    private static int CodeAt(FigureTrial trial, int column) => column < trial.Codes.Count
        ? trial.Codes[column] : ConfigIndex.Absent;

    private static void Known(string path, ConfigIndex index)
    {
        if (index.ColumnOf(path) is null && ConfigSchema.Find(path) is null)
        {
            throw new ResultsException(
                $"there is no configuration path '{path}'.{NearestName.Suggest(path, ConfigSchema.Writable)} "
                    + $"Known: {string.Join(", ", ConfigSchema.Writable)}.");
        }
    }

    private static string Offered(List<FigureTrial> trials, ConfigIndex index, IReadOnlyDictionary<string, string> where)
    {
        var all = new SweepTrials("", index, trials, new Dictionary<string, string>(StringComparer.Ordinal), 0);
        return string.Concat(where.Keys.Select(path =>
        {
            var values = trials.Select(t => all.Setting(t, path)?.Text ?? "(absent)").Distinct(StringComparer.Ordinal);
            return $" {path} is one of: {string.Join(", ", values.Take(12))}.";
        }));
    }
}
