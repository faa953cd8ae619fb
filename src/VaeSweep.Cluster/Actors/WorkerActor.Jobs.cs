using Akka.Actor;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <content>Jobs: one pack on the trainer, from its first epoch to the end of its last trial.</content>
internal sealed partial class WorkerActor
{
    private Job? _job;
    private int _lastJob;
    private int _troubles;

    private sealed record Rested;

    private void ReceiveJobMessages()
    {
        On<TrainerRun.Begun>(OnBegun);
        // Epochs change nothing of how the device stands, and there are many.
        Receive<TrainerRun.Event>(OnReport, told => told.What is EpochDone or Checkpointed);
        On<TrainerRun.Event>(OnOutcome);
        On<TrainerRun.Ended>(OnJobEnded);
        On<StopAgain>(_ => { });
        On<NearTheEnd>(near => _state.AsksAhead |= near.Job == _job?.Number);
        On<Rested>(_ => RestOn());
    }

    private bool IsInJob(TrialInHand hand) => _job?.Open.GetValueOrDefault(hand.Key) == hand;

    private void BeginNext()
    {
        if (_job is not null || _trainer is null)
            return;
        var now = _scope.Clock.Now;
        var pack = _state.Next(now);
        if (pack.Count == 0)
            return;
        List<TrialInHand> hands = [.. pack.Select(one => _hands[one.Attempt])];
        hands.ForEach(hand => hand.StartedAt = now);
        _job = new Job(++_lastJob, hands, now);
        Timers.Cancel("idle");
        Show(DeviceState.Training);
        var (run, self, life) = (new TrainerRun(_job.Number, _trainer, hands, _scope), Self, _life.Token);
        _scope.Beside(() => run.RunAsync(self, life), self, ended => ended, failure => new Status.Failure(failure));
        AskAheadOfOneEpoch();
    }

    private void BecomeIdleSoon() => Timers.StartSingleTimer("idle", new BeIdle(), _idleAfter);

    private void OnBegun(TrainerRun.Begun begun)
    {
        if (begun.Job != _job?.Number)
            return;
        foreach (var hand in _job.Open.Values)
        {
            var (fromEpoch, note) = begun.Trials[hand.Key];
            hand.FirstEpoch = hand.LastEpoch = fromEpoch;
            var trial = hand.Trial;
            if (note is not null)
                Log.CheckpointMissing(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, note);
            Log.TrialStarted(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, fromEpoch);
            _scope.Events.Publish(new TrialStarted(
                _device, trial.Sweep, hand.Key, trial.TrialId, trial.Ordinal, hand.ConfigJson, trial.Epochs, fromEpoch, note));
        }
    }

    /// <summary>An epoch or a checkpoint. Of a lost trial nothing more is told.</summary>
    private void OnReport(TrainerRun.Event told)
    {
        if (HandOf(told) is not { } hand || !_state.Trains(hand.Attempt))
            return;
        switch (told.What)
        {
            case EpochDone epoch:
                hand.LastEpoch = epoch.Report.Epoch;
                var report = hand.Damage is { } damage
                    ? epoch.Report with { Events =
                        [new TrialEvent(TrialEvent.CheckpointDamaged, damage), .. epoch.Report.Events] }
                    : epoch.Report;
                hand.Damage = null;
                if (!Tell(hand, report))
                    return;
                AskAheadIfNearTheEnd();
                break;
            case Checkpointed checkpoint:
                (hand.CheckpointPath, hand.CheckpointEpoch) = (checkpoint.Path, checkpoint.Epoch);
                TellOnceSent(hand, new EpochCheckpoint(checkpoint.Epoch, checkpoint.Path, checkpoint.Best));
                break;
            default:
                break;
        }
    }

    private void OnOutcome(TrainerRun.Event told)
    {
        if (HandOf(told) is not { } hand)
            return;
        switch (told.What)
        {
            case TrialFinished finished:
                if (_troubles > 0)
                {
                    _scope.Events.Publish(new DeviceRecovered(_device));
                    Context.Parent.Tell(new Rests(_device, Reason: null));
                }

                _crashes = _troubles = 0;
                EndTraining(hand, new AttemptEnd(AttemptOutcome.Succeeded)
                {
                    Evaluations = finished.Evaluations, ModelPath = finished.ModelPath, Reason = finished.EndedEarly,
                    Epochs = finished.Epochs,
                });
                break;
            case TrialFailed { Class: FailureClass.Disk } failed:
                RestAfterTrouble(hand, failed.Reason);
                break;
            case TrialFailed failed:
                // As many as fit into the device's memory are not known before more did not.
                if (failed.Class == FailureClass.Oom && _job!.Size > 1)
                    _state.Lanes = Math.Max(1, _job.Size / 2);
                _job!.HasFailed = true;
                EndTraining(hand, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = failed.Class, Reason = failed.Reason });
                break;
            case TrialStopped:
                EndStopped(hand, reason: null);
                break;
            default:
                throw new InvalidOperationException($"unknown trainer event {told.What.GetType().Name}");
        }
    }

    private TrialInHand? HandOf(TrainerRun.Event told) =>
        told.Job == _job?.Number ? _job.Open.GetValueOrDefault(told.What.TrialKey) : null;

    /// <summary>A full disk or missing data are this machine's trouble, not the trial's: others may have it, and what waits here,
    /// and this device tries again later.</summary>
    private void RestAfterTrouble(TrialInHand hand, string? reason)
    {
        var isFirst = _job!.RestsAfter is null;
        var rest = _job!.RestsAfter ??= BackOff(++_troubles);
        var trial = hand.Trial;
        if (isFirst)
        {
            _scope.Events.Publish(new DeviceRests(_device, reason ?? "no reason given", rest));
            Context.Parent.Tell(new Rests(_device, reason));
        }

        Log.MachineTrouble(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, reason, rest.TotalSeconds);
        EndStopped(hand, reason);
        _state.Rest(_scope.Clock.Now + rest);
        TellAll(_state.GiveBack());
        Timers.StartSingleTimer("rest", new Rested(), rest);
        Show(DeviceState.Training, reason);
    }

    /// <summary>The timer's clock and ours may differ by a little.</summary>
    private void RestOn()
    {
        var left = _state.RestsFor(_scope.Clock.Now);
        if (left > TimeSpan.Zero)
            Timers.StartSingleTimer("rest", new Rested(), left);
    }

    private void OnJobEnded(TrainerRun.Ended ended)
    {
        if (ended.Job != _job?.Number)
            return;
        var job = _job;
        var open = job.Open.Values.ToList();
        var error = ended.Error;
        if (error is null && open.Count > 0)
            error = new InvalidDataException($"the trainer ended its job without an outcome for {string.Join(", ", open)}");
        foreach (var hand in open)
            EndUnended(job, hand, ended.NotHere, error!);
        _job = null;
        LearnFrom(job, error);
        BecomeIdleSoon();
        // One that was killed may have come to the end of its job all the same.
        if (ended.TrainerGone || (ended.Error is null && error is not null) || _trainer is null)
            RestartTrainer(error ?? new TimeoutException("it was killed, for it did not stop in time"));
    }

    private void EndUnended(Job job, TrialInHand hand, bool isNotHere, Exception error)
    {
        var trial = hand.Trial;
        if (isNotHere)
        {
            RestAfterTrouble(hand, error.Message);
        }
        else if (_state.Stopping.Contains(hand.Attempt))
        {
            EndStopped(hand, "the trainer ended before it had stopped");
        }
        else if (job.Size > 1 && _state.TryAlone(hand.Attempt))
        {
            Log.Unpacked(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, job.Size);
            job.Open.Remove(hand.Key);
        }
        else
        {
            EndTraining(hand, new AttemptEnd(AttemptOutcome.Failed)
            {
                FailureClass = FailureClass.Crash, Reason = ReasonOf(error),
            });
        }
    }

    private sealed class Job(int number, IReadOnlyList<TrialInHand> hands, TimeSpan begunAt)
    {
        public int Number { get; } = number;

        public int Size { get; } = hands.Count;

        public TimeSpan BegunAt { get; } = begunAt;

        public bool HasFailed { get; set; }

        /// <summary>How long the device rests afterwards, whatever number of its trials met the same trouble.</summary>
        public TimeSpan? RestsAfter { get; set; }

        /// <summary>Trained in this job, of its longest trial.</summary>
        public int Epochs => hands.Max(one => one.LastEpoch - one.FirstEpoch);

        /// <summary>The trials that have not ended, by key.</summary>
        public Dictionary<long, TrialInHand> Open { get; } = hands.ToDictionary(one => one.Key);
    }
}
