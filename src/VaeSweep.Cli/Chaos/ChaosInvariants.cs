using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>What must hold of a store after any number of accidents.</summary>
internal static class ChaosInvariants
{
    private static readonly IReadOnlyList<RecordField<(TrialCurve Curve, int At)>> _epoch = RecordFields.Epochs.Without("sweep", "seconds", "attempt");

    private static readonly IReadOnlyList<RecordField<EvaluationRecord>> _evaluation = RecordFields.Evaluations.Pick("trial", "metric", "samples", "value", "images");

    /// <returns>What is broken; empty when all holds.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(IStore store, IReadOnlyList<string> sweeps, IReadOnlyList<string> reference, CancellationToken cancellationToken)
    {
        var broken = new List<string>();
        foreach (var (what, places) in await ForbiddenAsync(store.Results, cancellationToken))
        {
            broken.Add($"{what}: {places.Count} times, first {places[0]}");
        }

        foreach (var node in (await store.ListNodesAsync(cancellationToken)).Where(n => n.RunningTrials > 0))
        {
            broken.Add($"node {node.Info.Node} still holds {node.RunningTrials} trials");
        }

        foreach (var sweep in sweeps)
        {
            var numbers = await NumbersAsync(store, sweep, cancellationToken);
            var different = numbers.Zip(reference).FirstOrDefault(pair => pair.First != pair.Second);
            if (numbers.Count != reference.Count || different.First is not null)
            {
                broken.Add($"{sweep} differs from an undisturbed run: {different.First ?? $"{numbers.Count} numbers"} instead of {different.Second ?? $"{reference.Count}"}");
            }
        }

        return broken;
    }

    /// <summary>Every number that a sweep computed, two being the same when their bits are.</summary>
    public static async Task<IReadOnlyList<string>> NumbersAsync(IStore store, string sweep, CancellationToken cancellationToken)
    {
        var curves = await store.Results.CurvesAsync(TrialFilter.AllOf(sweep), RecordFields.WholeCurves, cancellationToken).ToListAsync(cancellationToken);
        var evaluations = await store.Results.EvaluationsAsync(TrialFilter.AllOf(sweep), null, cancellationToken).ToListAsync(cancellationToken);
        return [.. Lines("epoch", _epoch, curves.SelectMany(curve => curve.Rows())), .. Lines("evaluation", _evaluation, evaluations)];
    }

    private static IEnumerable<string> Lines<T>(string what, IReadOnlyList<RecordField<T>> fields, IEnumerable<T> records) =>
        records.Select(record => $"{what} {string.Join(' ', fields.Select(f => Exact(f.Of(record))))}");

    private static async Task<IEnumerable<(string What, IReadOnlyList<string> Places)>> ForbiddenAsync(IResults results, CancellationToken cancellationToken)
    {
        var everything = new TrialFilter();
        var attempts = (await results.AttemptsAsync(everything, cancellationToken).ToListAsync(cancellationToken)).ToLookup(a => (a.Sweep, a.Trial));
        var curves = await results.CurvesAsync(everything, new CurveRequest([]) { Attempts = true }, cancellationToken)
            .ToDictionaryAsync(c => (c.Sweep, c.Trial), c => c.Epochs.Zip(c.Attempts!).ToList(), cancellationToken: cancellationToken);
        var found = new List<(string What, string Place)>();
        await foreach (var trial in results.TrialsAsync(everything, TrialParts.Progress | TrialParts.Outcome, cancellationToken))
        {
            var place = $"{trial.Sweep} {trial.Id}";
            var own = attempts[(trial.Sweep, trial.Id)].ToDictionary(a => a.Attempt);
            var succeeded = own.Values.Where(a => a.Outcome == AttemptRecord.Succeeded).ToList();
            var epochs = curves.GetValueOrDefault((trial.Sweep, trial.Id), []);
            Expect(trial.State == TrialState.Succeeded, "a trial has not succeeded", $" {Wording.Name(trial.State)} {trial.Reason}");
            Expect(succeeded.Count == 1, "a trial has succeeded more or less than once", $" {succeeded.Count}");
            Expect(succeeded.TrueForAll(a => a.Attempt == trial.Attempts), "an attempt went on after its trial had succeeded", $" {trial.Attempts}");
            Expect(own.Values.All(a => a is { Outcome: not null, EndedAt: not null }), "a lease or an attempt was left open", "");
            Expect(epochs.Count == trial.Epochs, "an epoch is missing", $" {epochs.Count} of {trial.Epochs}");
            Expect(epochs.DistinctBy(e => e.First).Count() == epochs.Count, "an epoch is there twice", "");
            Expect(
                epochs.TrueForAll(e => own.TryGetValue(e.Second, out var a) && e.First > a.FromEpoch && e.First <= (a.ToEpoch ?? 0)),
                "an epoch was written by an attempt that was not at it", "");
            Expect(
                epochs.Zip(epochs.Skip(1)).All(pair => pair.First.Second <= pair.Second.Second), "a later epoch was written by an earlier attempt: a stale write took effect", "");

            void Expect(bool holds, string what, string how)
            {
                if (!holds)
                {
                    found.Add((what, place + how));
                }
            }
        }

        return found.GroupBy(f => f.What, f => f.Place).Select(g => (g.Key, (IReadOnlyList<string>)[.. g]));
    }

    private static string Exact(object? value) => value is double number ? $"{BitConverter.DoubleToInt64Bits(number):x16}" : $"{value}";
}
