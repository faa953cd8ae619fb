using System.Globalization;
using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Results of a store that answers SQL over the documented views.</summary>
internal sealed partial class SqlResults(IStore store) : IResults
{
    private readonly SqlPages _pages = new(store);

    public Task<IReadOnlyList<SweepStatus>> SweepsAsync(CancellationToken cancellationToken) =>
        store.ListSweepsAsync(cancellationToken);

    public async IAsyncEnumerable<EvaluationRecord> EvaluationsAsync(
        TrialFilter which, string? metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] columns = ["x.seed", "x.point", "x.wanted", "x.metric", "x.value", "x.samples", "x.images", "x.file"];
        await foreach (var (sweep, trial, rows) in _pages.ByTrialAsync(
            which, "evaluations", columns, metric is null
                ? "" : " AND x.metric = @extra", metric, "x.metric, x.samples", cancellationToken: cancellationToken))
        {
            foreach (var row in rows)
            {
                yield return new EvaluationRecord(
                    sweep, trial, (long)row[1]!, (long)row[2]!, (long)row[3]! != 0, (string)row[4]!, Number(row[5]),
                    (int)(long)row[6]!, (int)(long)row[7]!, (string?)row[8]);
            }
        }
    }

    public async IAsyncEnumerable<AttemptRecord> AttemptsAsync(
        TrialFilter which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] columns =
            ["x.attempt", "x.worker", "x.device", "x.started_at", "x.ended_at", "x.from_epoch", "x.to_epoch", "x.outcome",
                "x.reason", "x.failure_class", "x.provenance"];
        await foreach (var (sweep, trial, rows) in
            _pages.ByTrialAsync(which, "attempts", columns, within: "x.attempt", cancellationToken: cancellationToken))
        {
            foreach (var row in rows)
            {
                yield return new AttemptRecord(
                    sweep, trial, (int)(long)row[1]!, (string)row[2]!, (string)row[3]!, Instant(row[4])!.Value, Instant(row[5]),
                    (int)(long)row[6]!, (int?)(long?)row[7],
                    (string?)row[8], (string?)row[9], Words.ParseOrNull<FailureClass>((string?)row[10]), (string?)row[11]);
            }
        }
    }

    public async IAsyncEnumerable<EventRecord> EventsAsync(
        TrialFilter which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (sweep, trial, rows) in _pages.ByTrialAsync(
            which, "events", ["x.epoch", "x.event", "x.detail"], within: "x.epoch, x.event", few: true,
            cancellationToken: cancellationToken))
        {
            foreach (var row in rows)
                yield return new EventRecord(sweep, trial, (int)(long)row[1]!, (string)row[2]!, (string)row[3]!);
        }
    }

    private static double Number(object? value) => value switch { double number => number, long count => count, _ => double.NaN };

    private static DateTimeOffset? Instant(object? value) =>
        value is string text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;
}
