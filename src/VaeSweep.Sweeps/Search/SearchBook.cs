using System.Globalization;

namespace VaeSweep.Sweeps.Search;

/// <summary>One search: what it has tried, what it tries next, and how far. Pure but for what it remembers of configurations: the
/// same trials give the same step, whichever process asks, so that a search goes on after a crash as if nothing had
/// been.</summary>
public sealed class SearchBook
{
    /// <summary>Draws of one point until another is found than those that are there.</summary>
    private const int MaxRedraws = 1000;

    /// <summary>Numbers of points that are drawn; those of copies come after them.</summary>
    private const long PointsOfGeneration = 10_000_000;

    /// <summary>Numbers between points that would have the same one.</summary>
    private const long Apart = 1_000_000;

    private readonly SweepDefinition _definition;
    private readonly SweepBlock _block;
    private readonly PointDrawer? _drawer;
    private readonly TrialAssembler _assembler;
    private readonly bool _isHigherBetter;
    private readonly bool _isBestKept;
    private readonly ConfirmBook? _confirming;
    private readonly Explorer? _explorer;
    private readonly Dictionary<long, double[]?> _points = [];
    private readonly Dictionary<long, TrialConfig> _configs = [];
    private double[] _drawn = [];

    /// <param name="definition">Of which <see cref="SweepDefinition.IsSearch"/> holds.</param>
    public SearchBook(SweepDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _definition = definition;
        _block = definition.Blocks[0];
        _drawer = definition.Learns ? new PointDrawer(_block, definition.MakeSampler()!) : null;
        _assembler = new TrialAssembler(_block);
        _isHigherBetter = MetricList.Find(definition.Search.Metric)!.Direction == Direction.Higher;
        _isBestKept = _block.Fixed[ConfigSchema.At("train.early_stopping").Index].AsInt() > 0;
        _explorer = definition.Explores is { } explores ? new Explorer(_block, explores, definition.SearchSeed) : null;
        _confirming = definition.Confirm is null ? null : new ConfirmBook(definition, _isBestKept);
    }

    /// <summary>Whether the configuration of a point is known, or not needed.</summary>
    public bool Knows(long point) =>
        (_drawer is null || _points.ContainsKey(point)) && (_explorer is null || _configs.ContainsKey(point));

    /// <summary>Tells of a point.</summary>
    /// <param name="configJson">Canonical, with whatever seed.</param>
    public void Learn(long point, string configJson)
    {
        if (_drawer is not null)
            _points[point] = _drawer.Space.PointOf(configJson);
        if (_explorer is not null)
            _configs[point] = TrialConfigJson.Parse(configJson);
    }

    /// <summary>Says what comes next.</summary>
    /// <param name="trials">All of the sweep, wanted or not; their points were told.</param>
    /// <param name="room">Trials that may train at once.</param>
    /// <param name="toCome">Trials that were still to be proposed.</param>
    public SearchStep Next(IReadOnlyList<SearchTrial> trials, int room, long toCome)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var (step, points) = Search([.. trials.Where(one => one.Round == 0)], room, toCome);
        var isOver = step is { ToCome: 0, Proposed.Count: 0, Retired.Count: 0, Moves.Count: 0 };
        return step with { Confirmation = _confirming?.Next(trials, points, isOver) };
    }

    private (SearchStep Step, IReadOnlyList<SearchPoint> Points) Search(
        IReadOnlyList<SearchTrial> trials, int room, long toCome)
    {
        var seeds = _definition.Seeds.ToHashSet();
        var retired = _drawer is null ? [] : trials
            .Where(one => one.Wanted && (_points[one.Point] is null || !seeds.Contains(one.Seed)))
            .Select(one => one.Key).ToList();
        var points = Numbered(trials
                .Where(one => _drawer is null ? one.Wanted : _points[one.Point] is not null && seeds.Contains(one.Seed))
                .GroupBy(one => one.Point))
            .Select(one => new SearchPoint(
                [.. one.Trials], _drawer is null ? one.Trials.Count() : seeds.Count, one.Number, _isHigherBetter))
            .OrderBy(point => point.Number).ToList();
        var known = trials.Select(one => one.Fingerprint).ToHashSet(StringComparer.Ordinal);
        var (moves, clones) = Moves(points, room, toCome > 0, known);
        var step = _drawer is null ? new SearchStep([], [], moves, toCome, null) { Clones = clones }
            : Propose(trials, points, room, moves, known);
        return (step with { Retired = retired }, points);
    }

    /// <summary>Gives each point a number of its own. After an edit, new points come with the places of old ones, which keep
    /// theirs.</summary>
    private IEnumerable<(IGrouping<long, SearchTrial> Trials, long Number)> Numbered(
        IEnumerable<IGrouping<long, SearchTrial>> points)
    {
        var taken = new HashSet<long>();
        foreach (var (point, first) in points.Select(point => (Point: point, First: NumberOf(point)))
            .OrderBy(one => one.First).ThenBy(one => one.Point.Key))
        {
            var number = first;
            while (!taken.Add(number))
                number += Apart;
            yield return (point, number);
        }
    }

    private long NumberOf(IEnumerable<SearchTrial> point) => point.Min(one => one.Index) / _definition.Seeds.Count;

    private (List<BudgetMove> Moves, List<CloneMove> Clones) Moves(
        IReadOnlyList<SearchPoint> points, int room, bool mayGrow, HashSet<string> known)
    {
        if (_definition.Scheduler is not { } scheduler)
            return ([], []);
        var wanted = points.Where(point => point.IsWanted).ToList();
        var replaced = _explorer is null ? [] : Replaced(wanted);
        wanted.RemoveAll(replaced.Contains);
        // What was sent on and waits for a device is enough for those that there are.
        var onTheirWay = wanted.Sum(point => point.Trials.Count(one => one.GoesOn));
        var free = (Math.Max(0, room - onTheirWay) + _definition.Seeds.Count - 1) / _definition.Seeds.Count;
        var byNumber = wanted.ToLookup(point => point.Number);
        var clones = new List<CloneMove>();
        List<BudgetMove> moves =
        [
            .. scheduler.Decide(
                    [.. wanted.Select(point => new RungPoint(point.Number, point.Budget, point.Stands, point.ValueAt))],
                    free, mayGrow)
                .Select(decision => decision.Copy is not { } copy ? decision
                    : Replaced(decision, copy, byNumber[decision.Number].First(), byNumber[copy.Of].First(), known, clones))
                .SelectMany(decision => byNumber[decision.Number].SelectMany(point => point.Trials)
                    .Where(trial => trial.Wanted && (decision.Budget is { } budget
                        ? (trial.Rests || trial.IsEnded) && budget > trial.Budget : trial.Rests))
                    .Select(trial => new BudgetMove(trial.Key, decision.Budget, decision.Reason))),
            .. replaced.SelectMany(point => point.Trials).Where(trial => trial is { Wanted: true, Rests: true })
                .Select(trial => new BudgetMove(trial.Key, null, "a copy of another has taken its place")),
        ];
        return (moves, clones);
    }

    /// <summary>Members of a population whose places copies have taken. One rests again when a seed of it that had failed is
    /// retried: it would have its place twice.</summary>
    private static HashSet<SearchPoint> Replaced(List<SearchPoint> points)
    {
        var latest = points.GroupBy(point => point.Number % PointsOfGeneration)
            .ToDictionary(member => member.Key, member => member.Max(point => point.Number));
        return [.. points.Where(point => point.Number < latest[point.Number % PointsOfGeneration])];
    }

    /// <summary>Makes the copy that takes a point's place; where there is none that is not there already, the point goes
    /// on.</summary>
    private Decision Replaced(
        Decision decision, PointCopy copy, SearchPoint instead, SearchPoint of, HashSet<string> known, List<CloneMove> clones)
    {
        // The same member of the population, after the epochs at which it was made.
        var number = (instead.Number % PointsOfGeneration) + (copy.Epoch * PointsOfGeneration);
        for (var attempt = 0; attempt < MaxRedraws; attempt++)
        {
            var (config, changes) = _explorer!.Copy(_configs[of.Trials[0].Point], copy.Epoch, number, attempt);
            var children = of.Trials.Select(one => TrialConfigJson.ToTrial(config with { Seed = one.Seed },
                (number * _definition.Seeds.Count) + PlaceOf(one.Seed))).ToList();
            if (changes.Length == 0 || children.Exists(child => known.Contains(child.Fingerprint)))
                continue;
            known.UnionWith(children.Select(child => child.Fingerprint));
            clones.AddRange(of.Trials.Zip(children, (one, child) => new CloneMove(
                instead.Trials.First(other => other.Seed == one.Seed).Key, one.Key, child, copy.Epoch, copy.Budget, changes)));
            return decision;
        }

        return new Decision(decision.Number, copy.Budget, $"{decision.Reason.Split(';')[0]}; no other settings are left to try");
    }

    private int PlaceOf(long seed) => _definition.Seeds.Index().First(one => one.Item == seed).Index;

    private SearchStep Propose(
        IReadOnlyList<SearchTrial> trials, List<SearchPoint> points, int room, IReadOnlyList<BudgetMove> moves,
        HashSet<string> known)
    {
        var seeds = _definition.Seeds;
        var history = Observations(points);
        var open = trials.Count(one => one.Wanted && SearchPoint.IsOpen(one) && !one.Rests)
            + moves.Count(move => move.Budget is not null);
        var missing = Math.Max(0, _definition.Draws - points.Count(point => point.IsWanted));
        var asked = (int)Math.Clamp((room - open + seeds.Count - 1) / seeds.Count, 0, missing);
        var number = points.Count == 0 ? 0 : points.Max(point => NumberOf(point.Trials)) + 1;
        var found = history.Count(one => one.IsFinished);
        var running = history.Count - found;
        var proposed = new List<Trial>();
        while (asked > 0 && Draw(history, number, known))
        {
            proposed.AddRange(seeds.Select((seed, i) => TrialOf(seed, (number * seeds.Count) + i)));
            history.Add(new Observation(number++, _drawn, double.NaN));
            (asked, missing) = (asked - 1, missing - 1);
        }

        var origin = proposed.Count == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"by {_definition.Method?.Name} after {found} result{(found == 1 ? "" : "s")}"
                + $"{(running > 0 ? $", with {running} under way" : "")}");
        return asked > 0
            ? new(proposed, [], moves, 0, origin)
            {
                Exhausted = $"its parameters have no other combinations: {_definition.Draws - missing} of "
                    + $"{_definition.Draws} points are there",
            }
            : new(proposed, [], moves, missing * seeds.Count, origin);
    }

    /// <summary>What a sampler sees. With a scheduler, points are compared where many have come to: their value there counts, and
    /// those that were left below it come after all of them, the furthest first.</summary>
    private List<Observation> Observations(List<SearchPoint> points)
    {
        var used = points.Where(point => point.IsWanted || point.Stands == PointStand.Closed).ToList();
        if (_definition.Scheduler is null)
            return used.ConvertAll(point => Seen(point, point.FinalValue(_isBestKept)));
        var levels = used.Select(point => point.Budget).Distinct().OrderDescending().ToList();
        var enough = Math.Max(_definition.Search.Startup, _drawer!.Space.Dimensions.Count + 2);
        var level = levels.Find(one => used.Count(point => !double.IsNaN(point.ValueAt(one))) >= enough);
        var deepest = level == 0 ? levels : levels.Where(one => one <= level);
        List<(SearchPoint Point, int Depth, double Value)> valued =
        [
            .. used.Select(point => (Point: point, Depth: deepest.FirstOrDefault(one => !double.IsNaN(point.ValueAt(one)))))
                .Where(one => one.Depth > 0)
                .Select(one => (one.Point, one.Depth, Value: one.Point.ValueAt(one.Depth))),
        ];
        valued.Sort((x, y) => double.IsFinite(x.Value) != double.IsFinite(y.Value) ? double.IsFinite(x.Value) ? -1 : 1
            : x.Depth != y.Depth ? y.Depth.CompareTo(x.Depth)
            : x.Value != y.Value ? x.Value.CompareTo(y.Value) : x.Point.Number.CompareTo(y.Point.Number));
        var ranks = valued.Index().ToDictionary(one => one.Item.Point, one => (double)one.Index);
        return used.ConvertAll(point => Seen(point, ranks.GetValueOrDefault(point, double.NaN)));
    }

    private Observation Seen(SearchPoint point, double value) => new(point.Number, _points[point.Trials[0].Point]!, value);

    /// <summary>Draws a point that is not there yet.</summary>
    private bool Draw(IReadOnlyList<Observation> history, long number, HashSet<string> known)
    {
        for (var attempt = 0; attempt < MaxRedraws; attempt++)
        {
            if (!_drawer!.Draw(history, number, attempt) || !known.Add(TrialOf(_definition.Seeds[0], 0).Fingerprint))
                continue;
            _drawn = _drawer.Point;
            return true;
        }

        return false;
    }

    private Trial TrialOf(long seed, long index)
    {
        _assembler.Seed = seed;
        _assembler.Assemble(_drawer!.Values, _drawer.Fragments);
        return _assembler.ToTrial(index);
    }
}
