using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Deploy.Tests.Network;

/// <summary>What must hold of finished sweeps whatever happened to the nodes meanwhile.</summary>
internal static class Invariants
{
    private static readonly IReadOnlyList<RecordField<(TrialCurve Curve, int At)>> _epoch =
        RecordFields.Epochs.Without("sweep", "seconds", "attempt");

    private static readonly IReadOnlyList<RecordField<EvaluationRecord>> _evaluation =
        RecordFields.Evaluations.Pick("trial", "metric", "samples", "value", "images");

    /// <summary>Every trial succeeded once, nothing is held any more, and each epoch is there once, from an attempt that was at
    /// it.</summary>
    public static async Task AssertAsync(IStore store, string sweep, CancellationToken cancellationToken)
    {
        var ofSweep = TrialFilter.AllOf(sweep);
        var results = store.Results;
        var attempts = (await results.AttemptsAsync(ofSweep, cancellationToken).ToListAsync(cancellationToken))
            .ToLookup(a => a.Trial);
        var curves = await results.CurvesAsync(ofSweep, new CurveRequest([]) { Attempts = true }, cancellationToken)
            .ToDictionaryAsync(
                curve => curve.Trial, curve => curve.Epochs.Zip(curve.Attempts!).ToList(), cancellationToken: cancellationToken);
        await foreach (var trial in results.TrialsAsync(ofSweep, TrialParts.Progress | TrialParts.Outcome, cancellationToken))
        {
            Assert.Equal(TrialState.Succeeded, trial.State);
            var own = attempts[trial.Id].ToDictionary(attempt => attempt.Attempt);
            var succeeded = Assert.Single(own.Values, attempt => attempt.Outcome == AttemptRecord.Succeeded);
            Assert.Equal(trial.Attempts, succeeded.Attempt);
            Assert.All(own.Values, attempt => Assert.True(attempt is { Outcome: not null, EndedAt: not null }));
            AssertEpochs(curves[trial.Id], trial.Epochs, own);
        }

        Assert.All(await store.ListNodesAsync(cancellationToken), node => Assert.Equal(0, node.RunningTrials));
    }

    /// <summary>Every number that a sweep computed, two being the same when their bits are.</summary>
    public static async Task<IReadOnlyList<string>> NumbersAsync(IStore store, string sweep, CancellationToken cancellationToken)
    {
        var ofSweep = TrialFilter.AllOf(sweep);
        var results = store.Results;
        var curves = await results.CurvesAsync(ofSweep, RecordFields.WholeCurves, cancellationToken)
            .ToListAsync(cancellationToken);
        var evaluations = await results.EvaluationsAsync(ofSweep, null, cancellationToken).ToListAsync(cancellationToken);
        return [
            .. Lines("epoch", _epoch, curves.SelectMany(curve => curve.Rows())),
            .. Lines("evaluation", _evaluation, evaluations),
        ];
    }

    private static void AssertEpochs(
        List<(int Epoch, int Attempt)> epochs, int count, Dictionary<int, AttemptRecord> attempts)
    {
        Assert.Equal(Enumerable.Range(1, count), epochs.Select(one => one.Epoch));
        Assert.All(
            epochs,
            one => Assert.InRange(one.Epoch, attempts[one.Attempt].FromEpoch + 1, attempts[one.Attempt].ToEpoch ?? 0));
        // A later epoch of an earlier attempt is a late write that took effect.
        Assert.Equal(epochs.Select(one => one.Attempt).Order(), epochs.Select(one => one.Attempt));
    }

    private static IEnumerable<string> Lines<T>(string what, IReadOnlyList<RecordField<T>> fields, IEnumerable<T> records) =>
        records.Select(record => $"{what} {string.Join(' ', fields.Select(field => Exact(field.Of(record))))}");

    private static string Exact(object? value) =>
        value is double number ? $"{BitConverter.DoubleToInt64Bits(number):x16}" : $"{value}";
}
