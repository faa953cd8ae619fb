using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Former;

internal sealed partial class WorkerActor
{
    /// <summary>How often a trainer is reminded of a stop: one that was asked before it had begun its job does not remember.</summary>
    private static readonly TimeSpan StopAgainEvery = TimeSpan.FromMilliseconds(500);

    private Job? _job;
    private int _lastJob;
    private TimeSpan? _jobTook;
    private int _jobEpochs;

    /// <summary>How many trials fit into the device's memory together, once more did not.</summary>
    private int? _packLimit;
    private int _troubles;

    private sealed record StopAgain;

    private sealed record Rested;

    private sealed record NearTheEnd(int Job);

    private sealed class Job(int number, IReadOnlyList<HeldTrial> trials)
    {
        public int Number { get; } = number;

        public int Size { get; } = trials.Count;

        public long? BegunAt { get; init; }

        public bool Failed { get; set; }

        /// <summary>Trained in this job, of its longest trial.</summary>
        public int Epochs => trials.Max(t => t.LastEpoch - t.FirstEpoch);

        /// <summary>The trials that have not ended, by trial key.</summary>
        public Dictionary<long, HeldTrial> Open { get; } = trials.ToDictionary(t => t.Attempt.TrialKey);
    }

    private void ReceiveJobMessages()
    {
        Receive<TrainerJobRun.Begun>(OnBegun, begun => begun.Job == _job?.Number);
        Receive<TrainerJobRun.Event>(OnEvent);
        Receive<TrainerJobRun.Ended>(OnJobEnded, ended => ended.Job == _job?.Number);
        Receive<TrainerJobRun.Ended>(_ => { });
        Receive<TrainerJobRun.Begun>(_ => { });
        Receive<StopAgain>(_ => StopAsked());
        Receive<Rested>(_ => OnWakeUp());
        Receive<NearTheEnd>(_ => ClaimAhead(), near => near.Job == _job?.Number);
        Receive<NearTheEnd>(_ => { });
    }

    private IEnumerable<HeldTrial> Training() => _job?.Open.Values ?? Enumerable.Empty<HeldTrial>();

    private void BeginJob(List<HeldTrial> pack)
    {
        var now = _options.TimeProvider.GetTimestamp();
        foreach (var trial in pack)
        {
            trial.StartedAt = now;
        }

        _job = new Job(++_lastJob, pack) { BegunAt = now };
        Show(DeviceState.Training);
        var run = new TrainerJobRun(_job.Number, _trainer!, pack, _credits, _options, _store);
        var (system, self) = (Context.System, Self);
        _ = system.RunDetached(() => run.RunAsync(self, _life.Token)).PipeTo(self);
        ClaimAheadOfOneEpoch();
    }

    /// <summary>A job of a single epoch tells of its end only when it is there: it is expected to take as long as the one before. A longer one tells by its epochs, and
    /// what is claimed at its beginning would be kept from other devices for all its hours.</summary>
    private void ClaimAheadOfOneEpoch()
    {
        if (_waiting.Count > 0 || _jobTook is not { } took || Training().Any(trial => trial.Claim.Epochs - trial.FirstEpoch > 1))
        {
            return;
        }

        if (took > _options.PrefetchAhead)
        {
            Timers.StartSingleTimer("near the end", new NearTheEnd(_job!.Number), took - _options.PrefetchAhead);
        }
        else
        {
            ClaimAhead();
        }
    }

    private void OnBegun(TrainerJobRun.Begun begun)
    {
        foreach (var trial in Training())
        {
            var (fromEpoch, note) = begun.Trials[trial.Attempt.TrialKey];
            trial.FirstEpoch = trial.LastEpoch = fromEpoch;
            var claim = trial.Claim;
            if (note is not null)
            {
                Log.CheckpointMissing(_logger, claim.Sweep, claim.TrialId, claim.Attempt.Attempt, _name, note);
            }

            Log.TrialStarted(_logger, claim.Sweep, claim.TrialId, claim.Attempt.Attempt, _name, fromEpoch);
            Context.System.EventStream.Publish(new TrialStarted(
                _device, claim.Sweep, claim.Attempt.TrialKey, claim.TrialId, claim.Attempt.Attempt, claim.ConfigJson, claim.Epochs, fromEpoch, note));
        }

        StopAsked();
    }

    private void OnEvent(TrainerJobRun.Event message)
    {
        var reports = message.What is EpochDone or Checkpointed;
        if (message.Job != _job?.Number || !_job.Open.TryGetValue(message.What.TrialKey, out var trial) || (trial.Lost && reports))
        {
            if (reports)
            {
                _credits.Return(1);
            }

            return;
        }

        switch (message.What)
        {
            case EpochDone epoch:
                trial.LastEpoch = epoch.Report.Epoch;
                var progress = new EpochCompleted(
                    _device, trial.Claim.Sweep, trial.Attempt.TrialKey, trial.Claim.TrialId, trial.Claim.Epochs, epoch.Report);
                _aggregator.Tell(new AggregatorActor.Report(trial.Attempt, epoch.Report, Checkpoint: null, _credits, progress));
                ClaimAheadIfNearTheEnd();
                break;
            case Checkpointed checkpoint:
                trial.CheckpointPath = checkpoint.Path;
                trial.CheckpointEpoch = checkpoint.Epoch;
                var record = new AttemptCheckpoint(trial.Attempt, checkpoint.Epoch, checkpoint.Path, checkpoint.Best);
                _aggregator.Tell(new AggregatorActor.Report(trial.Attempt, Epoch: null, record, _credits, Progress: null));
                break;
            case TrialFinished finished:
                _crashes = _troubles = 0;
                EndTraining(trial, new AttemptEnd(AttemptOutcome.Succeeded)
                {
                    Evaluations = finished.Evaluations, ModelPath = finished.ModelPath, Reason = finished.EndedEarly, Epochs = finished.Epochs,
                });
                break;
            case TrialFailed { Class: FailureClass.Disk } failed:
                RestAfterTrouble(trial, failed.Reason);
                break;
            case TrialFailed failed:
                if (failed.Class == FailureClass.Oom && _job.Size > 1)
                {
                    _packLimit = Math.Max(1, _job.Size / 2);
                }

                _job.Failed = true;
                EndTraining(trial, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = failed.Class, Reason = failed.Reason });
                break;
            case TrialStopped:
                EndTraining(trial, new AttemptEnd(trial.Asked ?? AttemptOutcome.Released));
                break;
            default:
                throw new InvalidOperationException($"unknown trainer event {message.What.GetType().Name}");
        }
    }

    /// <summary>A full disk or missing data are this machine's trouble, not the trial's: others may have it, and this device tries again later.</summary>
    private void RestAfterTrouble(HeldTrial trial, string? reason)
    {
        var rest = BackOff(++_troubles);
        var claim = trial.Claim;
        Log.MachineTrouble(_logger, claim.Sweep, claim.TrialId, claim.Attempt.Attempt, _name, reason, rest.TotalSeconds);
        EndTraining(trial, new AttemptEnd(trial.Asked ?? AttemptOutcome.Released) { Reason = reason });
        Timers.StartSingleTimer("rest", new Rested(), rest);
        Show(DeviceState.Training, reason);
    }

    private void EndTraining(HeldTrial trial, AttemptEnd end)
    {
        _job!.Open.Remove(trial.Attempt.TrialKey);
        if (trial.Lost)
        {
            TellEnded(trial, end: null);
        }
        else
        {
            End(trial, end);
        }
    }

    private void OnJobEnded(TrainerJobRun.Ended ended)
    {
        var job = _job!;
        var open = job.Open.Values.ToList();
        Timers.Cancel("stop");
        var error = ended.Error;
        if (error is null && open.Count > 0)
        {
            error = new InvalidDataException($"the trainer ended its job without an outcome for {string.Join(", ", open)}");
        }

        foreach (var trial in open)
        {
            if (ended.NotHere)
            {
                RestAfterTrouble(trial, error!.Message);
            }
            else if (trial.Lost || trial.Asked is not null)
            {
                EndTraining(trial, new AttemptEnd(trial.Asked ?? AttemptOutcome.Released) { Reason = "the trainer ended before it had stopped" });
            }
            else if (job.Size > 1 && !_draining)
            {
                // Which one of a pack brought the trainer down shows when each is tried alone.
                Log.Unpacked(_logger, trial.Claim.Sweep, trial.Claim.TrialId, trial.Attempt.Attempt, _name, job.Size);
                _waiting.AddLast([trial]);
            }
            else
            {
                EndTraining(trial, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Crash, Reason = ReasonOf(error!) });
            }
        }

        _job = null;
        if (job.BegunAt is { } begunAt)
        {
            // A trial that cannot be trained fails at once: the next ones are not taken by the dozen, only to fail alike.
            // Nor does one tell of the others that its trainer left alone.
            (_jobTook, _jobEpochs) = (job.Failed || error is not null ? null : _options.TimeProvider.GetElapsedTime(begunAt), job.Epochs);
        }

        if (ended.TrainerGone || (ended.Error is null && error is not null))
        {
            RestartTrainer(error!);
        }

        Next();
    }

    /// <summary>What the store keeps of a crash: the message, the exit code and the last lines, each once.</summary>
    private static string ReasonOf(Exception error)
    {
        var reason = error.Message;
        if (error is TrainerCrashedException crash)
        {
            if (crash.ExitCode is { } code && !reason.Contains(code.ToString(), StringComparison.Ordinal))
            {
                reason += $" (exit code {code})";
            }

            if (crash.LastLines.Length > 0 && !reason.Contains(crash.LastLines, StringComparison.Ordinal))
            {
                reason += $" Its last lines:\n{crash.LastLines}";
            }
        }

        return reason;
    }

    /// <summary>A trial that is to end although it could go on.</summary>
    private void AskToEnd(AttemptKey attempt, AttemptOutcome outcome)
    {
        if (TakeWaiting(attempt) is { } waiting)
        {
            End(waiting, new AttemptEnd(outcome));
            return;
        }

        if (Find(attempt) is not { Lost: false } trial || (trial.Asked is not null && outcome == AttemptOutcome.Released))
        {
            return;
        }

        trial.Asked = outcome;
        AskTrainerToStop(trial);
    }

    private void OnLost(AttemptKey attempt)
    {
        _aggregator.Tell(new AggregatorActor.Drop(attempt));
        _leases.Tell(new LeaseKeeperActor.LetGo(attempt));
        if (TakeWaiting(attempt) is { } waiting)
        {
            TellEnded(waiting, end: null);
        }
        else if (Find(attempt) is { Lost: false } trial)
        {
            trial.Lost = true;
            AskTrainerToStop(trial);
        }
    }

    private HeldTrial? Find(AttemptKey attempt) =>
        _job?.Open.GetValueOrDefault(attempt.TrialKey) is { } trial && trial.Attempt == attempt ? trial : null;

    private void AskTrainerToStop(HeldTrial trial)
    {
        trial.AskedAt ??= _options.TimeProvider.GetTimestamp();
        StopAsked();
        if (!Timers.IsTimerActive("stop"))
        {
            Timers.StartPeriodicTimer("stop", new StopAgain(), StopAgainEvery);
        }
    }

    private void StopAsked()
    {
        var asked = Training().Where(t => t.AskedAt is not null).ToList();
        if (asked.Count == 0 || _trainer is null)
        {
            return;
        }

        if (asked.Exists(t => _options.TimeProvider.GetElapsedTime(t.AskedAt!.Value) > _options.StopTimeout))
        {
            // It hears nothing any more. Killed, it fails its job, and the trials end as they were asked to, at their last checkpoint.
            Log.TrainerHangs(_logger, _device, _name, _options.StopTimeout.TotalSeconds);
            _ = CloseTrainer();
            return;
        }

        _trainer.Stop([.. asked.Select(t => t.Attempt.TrialKey)]);
    }

    /// <summary>Claims the next pack shortly before this one is through: early enough not to idle, late enough not to take it from a device that idles.</summary>
    private void ClaimAheadIfNearTheEnd()
    {
        var left = TimeSpan.Zero;
        foreach (var trial in Training())
        {
            var done = Math.Max(1, trial.LastEpoch - trial.FirstEpoch);
            var perEpoch = _options.TimeProvider.GetElapsedTime(trial.StartedAt!.Value) / done;
            var trialLeft = perEpoch * (trial.Claim.Epochs - trial.LastEpoch);
            left = trialLeft > left ? trialLeft : left;
        }

        if (left <= _options.PrefetchAhead)
        {
            ClaimAhead();
        }
    }

    private void ClaimAhead()
    {
        if (_waiting.Count == 0 && (_nothingFoundAt is not { } looked || _options.TimeProvider.GetElapsedTime(looked) >= _options.PollEvery))
        {
            Claim();
        }
    }
}
