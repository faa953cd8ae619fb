using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>Rate against distortion: what a code costs, and how well images are told from it, a point a configuration. None is
/// better in both than those of the front.</summary>
/// <remarks>Alemi and others, "Fixing a broken ELBO" (2018): of one ELBO are all points of a falling diagonal.</remarks>
public static class RateDistortion
{
    private static readonly string[] _splits = ["test", "valid", "train"];

    public static FigureKind Kind { get; } = new(
        "pareto", "rate against distortion of finished trials, a point a configuration, with the front of those that no other "
            + "beats in both (Alemi et al. 2018)", BuildAsync)
    {
        // What weighs the two terms against each other.
        InReport = context => context.Trials.Varying.Any(path => path is "objective.beta" or "objective.free_bits"),
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var (split, values) = await ReadAsync(context, cancellationToken);
        var scopes = context.Trials.Scopes(MetricCatalog.Get($"{split}_recon"))
            .Where(s => s.Trials.Trials.Any(t => values.ContainsKey(t.Id))).ToList();
        var by = context.Without(scopes.Select(s => s.Trials), Few(context));
        var (panels, points, onFront) = (new List<Panel>(), 0, 0);
        foreach (var (scope, trials) in scopes)
        {
            var marks = new List<Mark>();
            var all = new List<(double Rate, double Distortion)>();
            foreach (var group in trials.Group(by))
            {
                var means = group.Trials.Where(t => values.ContainsKey(t.Id)).GroupBy(t => t.Point)
                    .Select(point => (Rate: point.Average(t => values[t.Id].Rate),
                        Distortion: point.Average(t => values[t.Id].Distortion), Seeds: point.Count())).ToList();
                if (means.Count == 0)
                    continue;
                all.AddRange(means.Select(one => (one.Rate, one.Distortion)));
                marks.Add(new PointMark(
                    by.Count > 0 ? group.Label : "", group.Color, [.. means.Select(one => one.Rate)],
                    [.. means.Select(one => one.Distortion)])
                {
                    Radius = 3.4,
                    Labels = [.. means.Select(one => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(by.Count > 0 ? $"{group.Label}: " : "")}rate {one.Rate:0.##}, distortion {one.Distortion:0.##}"))],
                });
            }

            var front = Front(all);
            (points, onFront) = (points + all.Count, onFront + front.Count);
            // Steps: between two points of the front nothing is known to be reached.
            marks.Add(new LineMark(
                "front", Palette.Ink, [.. front.SelectMany((one, i) => i == 0 ? [one.Rate] : new[] { one.Rate, one.Rate })],
                [.. front.SelectMany((one, i) => i == 0
                    ? [one.Distortion] : new[] { front[i - 1].Distortion, one.Distortion })])
            {
                Width = 1.1, Dots = front.Count == 1,
            });
            panels.Add(new Chart(
                scopes.Count > 1 ? scope : "", new ChartAxis("rate: KL term", "nats per image"),
                new ChartAxis("distortion: minus reconstruction", "nats per image"), marks));
        }

        var left = context.Trials.Trials.Count(t => !values.ContainsKey(t.Id));
        return new Figure(
            "pareto", $"{context.Sweep}: rate against distortion on {Images(split)} images", panels,
            [
                $"n = {Numbered.Of(points, "configuration")}, each the mean over its seeds; {onFront} on the front: no "
                    + "other has both a lower rate and a lower distortion.",
                .. left > 0
                    ? new[] { $"{left} of {Numbered.Of(context.Trials.Trials.Count, "trial")} {Numbered.Are(left)} left out: not "
                        + "finished, failed, or without these metrics." } : [],
            ])
        {
            LegendTitle = by.Count == 1 ? SweepTrials.Spoken(by)[0] : "",
        };
    }

    // A search draws nearly every value once: as many groups as points would tell nothing apart.
    private static IReadOnlyList<string> Few(FigureContext context)
    {
        const int Most = 12;
        if (context.Options.By is { } asked)
            return asked;
        return [.. context.By.Where(path => context.Trials.Group([path]).Count <= Most).Take(1)];
    }

    /// <summary>Those that no other beats in both, by rate.</summary>
    internal static List<(double Rate, double Distortion)> Front(IEnumerable<(double Rate, double Distortion)> points)
    {
        var front = new List<(double Rate, double Distortion)>();
        foreach (var point in points.OrderBy(one => one.Rate).ThenBy(one => one.Distortion))
        {
            if (front.Count == 0 || point.Distortion < front[^1].Distortion)
                front.Add(point);
        }

        return front;
    }

    private static async Task<(string Split, IReadOnlyDictionary<string, (double Rate, double Distortion)> Values)> ReadAsync(
        FigureContext context, CancellationToken cancellationToken)
    {
        var asked = context.Options.Metrics is [var metric, ..] ? Split(metric) : null;
        foreach (var split in asked is null ? _splits : [asked])
        {
            var values = new Dictionary<string, (double Rate, double Distortion)>(StringComparer.Ordinal);
            var rates = await MetricReader.ReadAsync(
                context.Store.Results, context.Trials, MetricCatalog.Get($"{split}_kl"), cancellationToken);
            var recons = await MetricReader.ReadAsync(
                context.Store.Results, context.Trials, MetricCatalog.Get($"{split}_recon"), cancellationToken);
            foreach (var (trial, rate) in rates)
            {
                if (recons.TryGetValue(trial, out var recon) && double.IsFinite(rate) && double.IsFinite(recon))
                    values.Add(trial, (rate, -recon));
            }

            if (values.Count > 0)
                return (split, values);
        }

        throw new ResultsException($"no finished trial of '{context.Sweep}' has a rate and a distortion yet: the KL and the "
            + "reconstruction term of a bound, which every epoch reports.");
    }

    private static string Split(string metric) => MetricCatalog.Get(metric).Split is { Length: > 0 } split
        ? split : throw new ResultsException(
            "rate and distortion are of test, validation or training images: --metric takes test_kl, valid_kl or train_kl, "
                + $"not {metric}.");

    private static string Images(string split) => split switch { "train" => "training", "valid" => "validation", _ => "test" };
}
