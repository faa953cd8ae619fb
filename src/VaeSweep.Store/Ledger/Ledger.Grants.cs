using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>The queue: grants, and what nodes lose.</content>
public sealed partial class Ledger
{
    /// <summary>Grants the first queued trial of the active sweeps (by priority, older sweeps first, in each by index; none of a
    /// sweep that runs as many as it may, or that belongs to another <see cref="ClaimRequest.Stack"/>), and up to
    /// <see cref="ClaimRequest.MaxTrials"/> in all of the same sweep that share its pack key and stand where it stands. A second
    /// request with the same token gets what the first one got and is still running.</summary>
    /// <returns>Empty when nothing is queued.</returns>
    public IReadOnlyList<Granted> Grant(ClaimRequest request, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTrials, 1);
        ArgumentException.ThrowIfNullOrEmpty(request.Token);
        if (_tokens.TryGetValue(request.Token, out var held))
            return [.. held.Order().Select(key => Grant(TrialOf(key)!))];
        if (_order.Find(sweep => Serves(sweep, request)) is not { } first)
            return [];
        if (request.Stack is not null && first.Doc.Stack is null)
            Set(new SweepPut(first.Doc with { Stack = request.Stack }));
        var worker = WorkerOf(request);
        var keys = first.Queue.First((int)Math.Min(request.MaxTrials, Room(first)));
        return [.. keys.Select(key => Take(TrialOf(key)!, worker, request.Token, now))];
    }

    /// <summary>What an attempt's owner asks of it.</summary>
    public Directive Asked(AttemptFence attempt) => Owned(attempt) is { } trial ? Asked(trial) : Directive.Lost;

    private IReadOnlyList<AttemptFence> Lose(IReadOnlyList<LedgerTrial> trials, DateTimeOffset now)
    {
        foreach (var trial in trials)
        {
            var worker = WorkerOf(trial.Last!).Worker;
            EndFailed(trial, TrialPolicy.LostOutcome, FailureClass.Lost, $"{worker} was not heard of until its lease ran out",
                now);
        }

        return [.. trials.Select(FenceOf)];
    }

    private Directive Asked(LedgerTrial trial) => AfterAttempt(trial).State switch
    {
        TrialState.Stopped => Directive.Stop,
        TrialState.Paused => Directive.Pause,
        _ => Directive.Continue,
    };

    private bool Serves(LedgerSweep sweep, ClaimRequest request) =>
        sweep.Doc.State == SweepState.Active && sweep.Queue.Count > 0
        && (request.Sweep is null || sweep.Doc.Name == request.Sweep)
        && (sweep.Doc.Stack is null or SweepStatus.AnyStack || request.Stack is null || sweep.Doc.Stack == request.Stack)
        && Room(sweep) > 0;

    private long Room(LedgerSweep sweep) =>
        (_rules.Caps ? sweep.Doc.MaxConcurrent : null) is { } most ? most - sweep.Running.Count : int.MaxValue;

    private Granted Take(LedgerTrial trial, long worker, string token, DateTimeOffset now)
    {
        var doc = trial.Doc;
        var from = Math.Max(doc.CheckpointEpoch, 0);
        var fence = _next.Fence + 1;
        Set(new TrialPut(doc with
        {
            State = TrialState.Running, Attempt = doc.Attempt + 1, StartedAt = doc.StartedAt == 0
                ? Ticks(now) : doc.StartedAt, AttemptEpoch = from,
        }));
        Set(new AttemptPut(new AttemptDocument(doc.Key, doc.Attempt + 1, fence, worker, Ticks(now), from) { Token = token }));
        return Grant(trial);
    }

    private Granted Grant(LedgerTrial trial)
    {
        var doc = trial.Doc;
        var checkpoint = trial.Checkpoint(doc.LastCheckpoint);
        return new Granted(
            FenceOf(trial), doc.Attempt, trial.Sweep.Doc.Name, doc.Fingerprint.Id, doc.Point, doc.Seed, _packTexts[doc.Pack],
            doc.Epochs, MayRun(doc),
            Here(checkpoint?.Path), checkpoint?.Epoch ?? 0);
    }

    private long WorkerOf(ClaimRequest request)
    {
        var provenance = request.Provenance ?? "";
        if (_workers.TryGetValue((request.Worker, request.Device, provenance), out var known))
            return known;
        var key = _workerDocuments.Count + 1;
        Set(new WorkerPut(new WorkerDocument(key, request.Worker, request.Device, request.Node, provenance)));
        return key;
    }

    private WorkerDocument WorkerOf(AttemptDocument attempt) => _workerDocuments[(int)attempt.Worker - 1];
}
