using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using Directive = VaeSweep.Store.Directive;

namespace VaeSweep.Cluster.Former;

/// <summary>Keeps one device busy: claims, trains, ends, one pack after another, on a trainer that lives across them.</summary>
/// <remarks>A trial goes from waiting (claimed ahead) to the job (training) to ending (its last reports and its outcome on their way to the
/// store, while the next one trains already). Its lease is kept by <see cref="LeaseKeeperActor"/> all the while.</remarks>
internal sealed partial class WorkerActor : ReceiveActor, IWithTimers
{
    /// <summary>Reports that may wait for the store: minutes of training, a few megabytes.</summary>
    private const int ReportCredits = 4096;

    /// <summary>Outcomes that may wait for the store: with more, claiming waits too, or a store that is slow would be given ever more leases to renew.</summary>
    private const int MostEnding = 64;

    private readonly NodeOptions _options;
    private readonly StoreClient _store;
    private readonly string _device;
    private readonly string _node;
    private readonly string _name;
    private readonly IActorRef _leases;
    private readonly IActorRef _aggregator;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly CancellationTokenSource _claimsLife = new();
    private readonly Credits _credits = new(ReportCredits);
    private readonly LinkedList<List<HeldTrial>> _waiting = [];
    private readonly Dictionary<AttemptKey, HeldTrial> _ending = [];
    private DeviceState? _shown;
    private bool _claiming;
    private bool _draining;
    private long _claims;
    private long? _nothingFoundAt;

    public WorkerActor(NodeOptions options, StoreClient store, string device, string node, IActorRef leases, IActorRef aggregator)
    {
        _options = options;
        _store = store;
        _device = device;
        _node = node;
        _name = $"{node}/{device}";
        _leases = leases;
        _aggregator = aggregator;
        _logger = options.LoggerFactory.CreateLogger("VaeSweep.Worker");
        Receive<WakeUp>(_ => OnWakeUp());
        Receive<Drain>(_ => OnDrain());
        Receive<Claimed>(OnClaimed);
        Receive<ClaimFailed>(OnClaimFailed);
        Receive<LeaseKeeperActor.Directed>(OnDirected);
        Receive<LeaseKeeperActor.TrustEnded>(ended => AskToEnd(ended.Attempt, AttemptOutcome.Released));
        Receive<AggregatorActor.Refused>(refused => OnLost(refused.Attempt));
        Receive<EndWritten>(OnEndWritten);
        Receive<Status.Failure>(
            failure => ExceptionDispatchInfo.Throw(failure.Cause),
            failure => failure.Cause is not OperationCanceledException || !_life.IsCancellationRequested);
        ReceiveTrainerMessages();
        ReceiveJobMessages();
    }

    /// <summary>There may be work.</summary>
    internal sealed record WakeUp;

    /// <summary>Leave: checkpoint and release what trains, then tell the parent <see cref="NodeActor.Drained"/>.</summary>
    internal sealed record Drain;

    private sealed record Claimed(IReadOnlyList<Claim> Claims, long SentAt, int PackSize);

    private sealed record ClaimFailed(Exception Error);

    private sealed record EndWritten(HeldTrial Trial, AttemptEnd End, bool Accepted);

    public ITimerScheduler Timers { get; set; } = null!;

    protected internal override void PreStart() => StartTrainer();

    protected internal override void PostStop()
    {
        _life.Cancel();
        _claimsLife.Cancel();
        _leases.Tell(new LeaseKeeperActor.LetGoAll());
        _ = CloseTrainer();
    }

    /// <summary>What to do with the device now.</summary>
    private void Next()
    {
        if (_draining)
        {
            LeaveIfDrained();
        }
        else if (_job is null && _trainer is not null)
        {
            if (_waiting.First is { } pack)
            {
                _waiting.RemoveFirst();
                BeginJob(pack.Value);
            }
            else
            {
                Claim();
            }
        }
    }

    private void Claim()
    {
        if (_claiming || _draining || _ending.Count >= MostEnding || Timers.IsTimerActive("rest"))
        {
            return;
        }

        _claiming = true;
        Timers.Cancel("poll");
        var pack = Math.Min(_packLimit ?? int.MaxValue, _options.PackSizeOf(_device));
        // The same token for every try of this claim: an answer lost on the way is asked for again, not claimed again.
        var request = new ClaimRequest(
            _name, _device, $"{_name}/{++_claims}", _options.Lease, pack * PacksAtOnce(), _options.SweepFilter, _trainer?.Provenance, _node)
        {
            Stack = _stack,
        };
        var time = _options.TimeProvider;
        _ = _store.Patiently(
                async (store, ct) =>
                {
                    var sentAt = time.GetTimestamp();
                    return new Claimed(await store.ClaimAsync(request, ct), sentAt, pack);
                },
                _claimsLife.Token)
            .PipeTo(Self, failure: e => new ClaimFailed(e));
    }

    private void OnClaimed(Claimed claimed)
    {
        _claiming = false;
        _nothingFoundAt = claimed.Claims.Count == 0 ? claimed.SentAt : null;
        var pack = claimed.Claims.Select(claim => new HeldTrial(claim)).ToList();
        foreach (var trial in pack)
        {
            _leases.Tell(new LeaseKeeperActor.Hold(trial.Attempt, claimed.SentAt));
            Log.Claimed(_logger, trial.Claim.Sweep, trial.Claim.TrialId, trial.Attempt.Attempt, _name);
        }

        if (_draining)
        {
            Release(pack);
            LeaveIfDrained();
        }
        else if (pack.Count > 0)
        {
            foreach (var together in pack.Chunk(claimed.PackSize))
            {
                Keep(together);
            }

            Next();
        }
        else if (_job is null)
        {
            Show(_trainer is null ? DeviceState.Starting : DeviceState.Idle);
            Timers.StartSingleTimer("poll", new WakeUp(), _options.PollEvery * (0.5 + _store.Jitter()));
            Context.Parent.Tell(new NodeActor.WorkerIdle());
        }
    }

    /// <summary>More than one pack is claimed on the word of a short job: longer ones go back, to whichever device idles.</summary>
    private void Keep(HeldTrial[] pack)
    {
        if (_waiting.Count == 0 || pack.All(trial => trial.Claim.Epochs <= _jobEpochs))
        {
            _waiting.AddLast([.. pack]);
        }
        else
        {
            Release(pack);
        }
    }

    /// <summary>As many as fill <see cref="NodeOptions.ClaimFor"/>, by how long the last ones took.</summary>
    private int PacksAtOnce() => _jobTook is { } took
        ? (int)Math.Clamp(_options.ClaimFor / (took > TimeSpan.Zero ? took : TimeSpan.FromTicks(1)), 1, _options.MostClaimed)
        : 1;

    private void OnClaimFailed(ClaimFailed failed)
    {
        _claiming = false;
        if (failed.Error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"claiming failed in a way that waiting does not mend: {failed.Error.Message}", failed.Error);
        }

        if (_draining)
        {
            LeaveIfDrained();
        }
    }

    private void OnWakeUp()
    {
        if (_job is null && _trainer is not null && _waiting.Count == 0)
        {
            Claim();
        }
    }

    private void OnDrain()
    {
        if (_draining)
        {
            return;
        }

        _draining = true;
        Timers.Cancel("poll");
        // What a call cut short has claimed all the same goes back when the node is taken out at its end.
        _claimsLife.Cancel();
        Show(DeviceState.Draining);
        Release(_waiting.SelectMany(pack => pack).ToList());
        _waiting.Clear();
        foreach (var attempt in Training().Select(t => t.Attempt).ToList())
        {
            AskToEnd(attempt, AttemptOutcome.Released);
        }

        LeaveIfDrained();
    }

    private void LeaveIfDrained()
    {
        if (_job is not null || _ending.Count > 0 || _claiming)
        {
            return;
        }

        if (_shown != DeviceState.Failed)
        {
            Show(DeviceState.Stopped);
        }

        // Ends a trainer that is still starting, too.
        _life.Cancel();
        var parent = Context.Parent;
        var self = Self;
        _ = CloseTrainer().PipeTo(parent, () => new NodeActor.Drained(_device), _ => new NodeActor.Drained(_device), self);
    }

    private void OnDirected(LeaseKeeperActor.Directed directed)
    {
        switch (directed.Directive)
        {
            case Directive.Lost:
                OnLost(directed.Attempt);
                break;
            case Directive.Pause:
                AskToEnd(directed.Attempt, AttemptOutcome.Paused);
                break;
            case Directive.Stop:
                AskToEnd(directed.Attempt, AttemptOutcome.Stopped);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes a trial out of the waiting ones.</summary>
    private HeldTrial? TakeWaiting(AttemptKey attempt)
    {
        for (var pack = _waiting.First; pack is not null; pack = pack.Next)
        {
            if (pack.Value.Find(t => t.Attempt == attempt) is { } trial)
            {
                pack.Value.Remove(trial);
                if (pack.Value.Count == 0)
                {
                    _waiting.Remove(pack);
                }

                return trial;
            }
        }

        return null;
    }

    private void Release(IEnumerable<HeldTrial> trials)
    {
        foreach (var trial in trials)
        {
            End(trial, new AttemptEnd(AttemptOutcome.Released));
        }
    }

    /// <summary>Writes an attempt's outcome after its last reports. Goes on beside the next trial.</summary>
    private void End(HeldTrial trial, AttemptEnd end)
    {
        _ending[trial.Attempt] = trial;
        var system = Context.System;
        _ = system.RunDetached(() => WriteEndAsync(trial, end, _life.Token)).PipeTo(Self);
    }

    private async Task<EndWritten> WriteEndAsync(HeldTrial trial, AttemptEnd end, CancellationToken cancellationToken)
    {
        var flushed = await _aggregator.Ask<AggregatorActor.Flushed>(
            new AggregatorActor.Flush(trial.Attempt), timeout: null, cancellationToken);
        if (!flushed.Accepted)
        {
            return new EndWritten(trial, end, Accepted: false);
        }

        if (_options.FilesInStore && end.Outcome == AttemptOutcome.Succeeded)
        {
            end = await _store.Patiently((store, ct) => StoredFiles.PutAllAsync(store, trial.Attempt, _options.ArtifactsFolder, end, ct), cancellationToken);
        }

        try
        {
            var accepted = await _store.Patiently((store, ct) => store.FinishAsync(trial.Attempt, end, ct), cancellationToken);
            return new EndWritten(trial, end, accepted);
        }
        catch (InvalidOperationException e) when (end.Outcome == AttemptOutcome.Succeeded)
        {
            // The trainer called it finished, but epochs are missing.
            var failure = new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Error, Reason = e.Message };
            var accepted = await _store.Patiently((store, ct) => store.FinishAsync(trial.Attempt, failure, ct), cancellationToken);
            return new EndWritten(trial, failure, accepted);
        }
    }

    private void OnEndWritten(EndWritten written)
    {
        if (!_ending.Remove(written.Trial.Attempt))
        {
            return;
        }

        _leases.Tell(new LeaseKeeperActor.LetGo(written.Trial.Attempt));
        TellEnded(written.Trial, written.Accepted ? written.End : null);
        Context.Parent.Tell(new NodeActor.AttemptOver(Requeued: written.Accepted && written.End.Outcome is AttemptOutcome.Failed or AttemptOutcome.Released));
        if (_draining || _ending.Count == MostEnding - 1)
        {
            Next();
        }
    }

    /// <param name="end">Null when the lease was lost.</param>
    private void TellEnded(HeldTrial trial, AttemptEnd? end)
    {
        var claim = trial.Claim;
        if (_options.FilesInStore)
        {
            Scratch.Delete(Artifacts.Folder(_options.ArtifactsFolder, claim.Sweep, claim.TrialId, claim.Attempt.Attempt));
        }

        var took = trial.StartedAt is { } started ? _options.TimeProvider.GetElapsedTime(started) : TimeSpan.Zero;
        switch (end?.Outcome)
        {
            case null:
                Log.AttemptLost(_logger, claim.Sweep, claim.TrialId, claim.Attempt.Attempt, _name, trial.LastEpoch);
                break;
            case AttemptOutcome.Failed:
                Log.TrialFailed(_logger, claim.Sweep, claim.TrialId, claim.Attempt.Attempt, _name, end.FailureClass, end.Reason);
                break;
            default:
                Log.TrialEnded(_logger, claim.Sweep, claim.TrialId, claim.Attempt.Attempt, _name, end.Outcome, took.TotalSeconds);
                break;
        }

        // What was claimed ahead and given back unused is nobody's news.
        if (trial.StartedAt is not null || end?.Outcome is not AttemptOutcome.Released)
        {
            Context.System.EventStream.Publish(new TrialEnded(
                _device, claim.Sweep, claim.Attempt.TrialKey, claim.TrialId, claim.Attempt.Attempt, end?.Outcome, end?.FailureClass, end?.Reason,
                end?.Evaluations ?? [], took));
        }
    }

    private void Show(DeviceState state, string? detail = null)
    {
        if (state != _shown || detail is not null)
        {
            if ((state == DeviceState.Training) != (_shown == DeviceState.Training))
            {
                Context.Parent.Tell(new NodeActor.Training(state == DeviceState.Training ? 1 : -1));
            }

            _shown = state;
            Context.System.EventStream.Publish(new DeviceChanged(_device, state, detail));
        }
    }
}
