using System.Runtime.InteropServices;
using VaeSweep.Results.Figures;
using VaeSweep.Store;

namespace VaeSweep.Results.Report;

/// <summary>Collects what a report of a sweep shows.</summary>
public static class ReportBuilder
{
    /// <summary>Rows of the list of trials: beyond, the file would grow past what a phone opens.</summary>
    private const int MostTrials = 5000;

    private const int MostFailures = 200;

    /// <param name="table">What the comparison shall show.</param>
    /// <param name="version">Of this program.</param>
    /// <param name="progress">Told each figure's name before it is made.</param>
    public static async Task<ReportContent> BuildAsync(
        FigureContext context, SweepStatus sweep, ComparisonRequest table, string version, DateTimeOffset now,
        Action<string> progress, CancellationToken cancellationToken)
    {
        var comparison = await ComparisonBuilder.BuildAsync(context.Store.Results, table, cancellationToken);
        var figures = new List<Figure>();
        var skipped = new List<(string Kind, string Reason)>();
        foreach (var kind in FigureKinds.All)
        {
            if (!kind.InReport(context))
                continue;

            if (kind.NeedsModel && context.Models is null)
            {
                skipped.Add((kind.Name, "trained models were not asked for or cannot be opened here."));
                continue;
            }

            progress(kind.Name);
            try
            {
                figures.Add(await kind.BuildAsync(context, cancellationToken));
            }
            catch (ResultsException cannot)
            {
                // A sweep that measures no units has no map of them: the report says so, and goes on.
                skipped.Add((kind.Name, cannot.Message));
            }
        }

        var (columns, rows) = await TrialsAsync(context, cancellationToken);
        return new ReportContent(
            sweep, context.Definition.Description, version, now,
            ComparisonRenderer.Render(comparison, OutputFormat.Html, Terminal.Plain), figures, skipped, columns, rows,
            context.Trials.Trials.Count, await FailuresAsync(context, cancellationToken),
            await ProvenanceAsync(context, cancellationToken));
    }

    private static async Task<(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)> TrialsAsync(
        FigureContext context, CancellationToken cancellationToken)
    {
        var metric = context.Metric;
        var values = await MetricReader.ReadAsync(context.Store.Results, context.Trials, metric, cancellationToken);
        var paths = context.Trials.Varying;
        var rows = context.Trials.Trials.Take(MostTrials).Select(trial => (IReadOnlyList<object?>)
        [
            trial.Id, .. paths.Select(path => Plain(context.Trials.Setting(trial, path))), trial.Seed, trial.State.ToString()
                .ToLowerInvariant(), (long)trial.EpochsDone,
            Math.Round(trial.Seconds, 1), values.TryGetValue(trial.Id, out var value) ? Math.Round(value, 4) : null,
        ]);
        return (["trial", .. SweepTrials.ShortNames(paths), "seed", "state", "epochs", "seconds", metric.Name], [.. rows]);
    }

    private static object? Plain(SettingValue? value) => value is null ? null : double.IsFinite(value.Number)
        ? value.Number : value.Text;

    private static async Task<IReadOnlyList<ReportFailure>> FailuresAsync(
        FigureContext context, CancellationToken cancellationToken)
    {
        var failures = new List<ReportFailure>();
        var which = TrialFilter.WantedOf(context.Sweep) with { State = TrialState.Failed, Limit = MostFailures };
        await foreach (var trial in
            context.Store.Results.TrialsAsync(which, TrialParts.Progress | TrialParts.Outcome, cancellationToken))
        {
            failures.Add(
                new ReportFailure(trial.Id, trial.Seed, trial.Attempts, trial.FailureClass?.ToString().ToLowerInvariant()
                    ?? "", trial.Reason ?? ""));
        }

        return failures;
    }

    private static async Task<IReadOnlyList<ReportProvenance>> ProvenanceAsync(
        FigureContext context, CancellationToken cancellationToken)
    {
        var trials = new Dictionary<(string Worker, string Device, string? Provenance), long>();
        await foreach (var attempt in context.Store.Results.AttemptsAsync(TrialFilter.AllOf(context.Sweep), cancellationToken))
        {
            if (attempt.Outcome == AttemptRecord.Succeeded)
                CollectionsMarshal.GetValueRefOrAddDefault(trials, (attempt.Worker, attempt.Device, attempt.Provenance), out _)++;
        }

        return
        [
            .. trials.OrderBy(t => t.Key.Worker, StringComparer.Ordinal).ThenBy(t => t.Key.Device, StringComparer.Ordinal)
                .Select(t => new ReportProvenance(t.Key.Worker, t.Key.Device, t.Value, t.Key.Provenance)),
        ];
    }
}
