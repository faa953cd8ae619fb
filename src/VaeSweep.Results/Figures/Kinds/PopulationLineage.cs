using System.Text.Json;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>Who went on from whom in population-based training: the metric by epoch as a tree, and the schedules that came out of
/// it.</summary>
public static class PopulationLineage
{
    private const string Grey = "#b0b0b0";
    private const int MostParameters = 3;

    public static FigureKind Kind { get; } = new(
        "lineage", "who went on from whom in population-based training, by epoch, and the schedules that came out of it "
            + "(Jaderberg et al. 2017)", BuildAsync)
    {
        InReport = context => context.Definition.Explores is not null,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var metric = MetricCatalog.Get(context.Definition.Search.Metric);
        var trials = context.Trials.Trials.Where(t => t.EpochsDone > 0).ToList();
        if (context.Definition.Explores is null || !trials.Exists(t => t.Parent is not null))
        {
            throw new ResultsException($"no trial of '{context.Sweep}' goes on as a copy of another: that is what `scheduler: {{ "
                + "pbt: ... }` does, from its first rung on.");
        }

        var curves = await CurveReader.ReadAsync(context.Store.Results, context.Sweep, trials, [metric.Name], cancellationToken);
        var members = await MembersAsync(context, trials, cancellationToken);
        var best = members.Values.Where(one => one.Trial.State == TrialState.Succeeded && Last(curves, one.Trial) is var value
                && double.IsFinite(value))
            .MinBy(one => metric.Direction == Direction.Lower ? Last(curves, one.Trial) : -Last(curves, one.Trial));
        var line = best is null ? [] : Ancestry(members, best).Select(one => one.Trial.Id).ToHashSet(StringComparer.Ordinal);
        // Colours tell the founders apart whose descendants are there in the end.
        var founders = members.Values.Where(one => one.Trial.State != TrialState.Stopped)
            .Select(one => Ancestry(members, one)[^1].Trial).DistinctBy(t => t.Id).OrderBy(t => t.Index).ToList();
        var panels = new List<Panel>
        {
            new Chart("", Epochs(), ValueAxis(), Marks(one => Curve(curves, one))),
        };
        foreach (var path in context.Definition.VaryingPaths.Where(path => MetricAgainst.Numeric(context.Trials, path))
            .Take(MostParameters))
        {
            var values = members.Values.Select(one => ValueOf(context, one.Trial, path)).Where(double.IsFinite).ToList();
            var isLog = values.Count > 0 && values.Min() > 0 && values.Max() / values.Min() > 20;
            panels.Add(new Chart(
                "", Epochs(), new ChartAxis(SweepTrials.Spoken([path])[0]) { Log = isLog }, Marks(one => Steps(one, path))));
        }

        var copies = members.Values.Count(one => one.From > 0);
        return new Figure(
            "lineage", $"{context.Sweep}: lineage of its population, {LearningCurves.Label(metric)}", panels,
            [
                $"n = {members.Count - copies} members; {copies} gave up their places to copies of better ones, which branch off "
                    + "there. Colours: the first members that have descendants in the end; grey: those that have none.",
                .. best is null ? [] : new[] { $"Strong: what trial {best.Trial.Id}, the best in the end, comes from." },
            ]);

        ChartAxis Epochs() => new("epoch") { Whole = true };

        ChartAxis ValueAxis()
        {
            var ends = members.Values.Select(one => Last(curves, one.Trial)).ToList();
            var (min, max, _) = SearchedPoint.Axis(metric, ends);
            return new ChartAxis(LearningCurves.Label(metric), metric.Unit) { Min = min, Max = max };
        }

        List<Mark> Marks(Func<Member, (double[] X, double[] Y)> of)
        {
            var marks = new List<Mark>();
            foreach (var member in members.Values.OrderBy(one => line.Contains(one.Trial.Id)).ThenBy(one => one.Trial.Index))
            {
                var (x, y) = of(member);
                if (x.Length == 0)
                    continue;
                var founder = Ancestry(members, member)[^1].Trial;
                var place = founders.FindIndex(t => t.Id == founder.Id);
                var isAlive = place >= 0 && IsAlive(members, member);
                marks.Add(new LineMark(
                    isAlive ? $"member {founder.Index + 1}" : "no descendants",
                    isAlive ? Palette.Of(place, founders.Count, ordered: false) : Grey, x, y)
                {
                    Width = line.Contains(member.Trial.Id) ? 2.6 : isAlive ? 1.3 : 0.8, Dots = x.Length == 1,
                });
            }

            return marks;
        }

        (double[] X, double[] Y) Steps(Member member, string path)
        {
            var value = ValueOf(context, member.Trial, path);
            if (!double.IsFinite(value))
                return ([], []);
            var before = member.Trial.Parent is { } parent && members.TryGetValue(parent, out var donor)
                ? ValueOf(context, donor.Trial, path) : double.NaN;
            return double.IsFinite(before)
                ? ([member.From, member.From, member.Trial.EpochsDone], [before, value, value])
                : ([member.From, member.Trial.EpochsDone], [value, value]);
        }
    }

    private const string PhasesPath = "train.phases";

    /// <param name="From">Epochs that it has from its parent; 0 without one.</param>
    private sealed record Member(FigureTrial Trial, int From);

    private static async Task<IReadOnlyDictionary<string, Member>> MembersAsync(
        FigureContext context, IReadOnlyList<FigureTrial> trials, CancellationToken cancellationToken)
    {
        var from = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var one in context.Store.Results.EventsAsync(TrialFilter.WantedOf(context.Sweep), cancellationToken))
        {
            if (one.Event == Ledger.Cloned)
                from[one.Trial] = one.Epoch;
        }

        return trials.ToDictionary(t => t.Id, t => new Member(t, from.GetValueOrDefault(t.Id)), StringComparer.Ordinal);
    }

    /// <summary>A member, its parent, and so on to the first.</summary>
    private static List<Member> Ancestry(IReadOnlyDictionary<string, Member> members, Member member)
    {
        var line = new List<Member> { member };
        while (line[^1].Trial.Parent is { } parent && members.TryGetValue(parent, out var before) && line.Count <= members.Count)
            line.Add(before);
        return line;
    }

    private static bool IsAlive(IReadOnlyDictionary<string, Member> members, Member member) =>
        members.Values.Any(one => one.Trial.State != TrialState.Stopped && Ancestry(members, one).Contains(member));

    private static double Last(IReadOnlyDictionary<string, TrialCurves> curves, FigureTrial trial) =>
        curves.TryGetValue(trial.Id, out var curve) ? curve.Columns[0].LastOrDefault(double.IsFinite, double.NaN) : double.NaN;

    /// <summary>From where it branches off.</summary>
    private static (double[] X, double[] Y) Curve(IReadOnlyDictionary<string, TrialCurves> curves, Member member)
    {
        if (!curves.TryGetValue(member.Trial.Id, out var curve))
            return ([], []);
        var places = curve.Columns[0].Index().Where(one => one.Index + 1 >= member.From && double.IsFinite(one.Item)).ToList();
        return ([.. places.Select(one => one.Index + 1.0)], [.. places.Select(one => one.Item)]);
    }

    /// <summary>A path's value in a trial's last phase.</summary>
    private static double ValueOf(FigureContext context, FigureTrial trial, string path)
    {
        if (context.Trials.Setting(trial, PhasesPath) is { } phases)
        {
            using var json = JsonDocument.Parse(phases.Json);
            if (json.RootElement.EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last
                && last.TryGetProperty(path, out var value) && value.ValueKind == JsonValueKind.Number)
            {
                return value.GetDouble();
            }
        }

        return context.Trials.Setting(trial, path)?.Number ?? double.NaN;
    }
}
