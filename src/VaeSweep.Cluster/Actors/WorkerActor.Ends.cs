using Akka.Actor;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <content>What attempts tell, and their ends: asked for, lost, or the trainer's word.</content>
internal sealed partial class WorkerActor
{
    /// <summary>How often a trainer is reminded of a stop: one that was asked before it had begun its job does not
    /// remember.</summary>
    private static readonly TimeSpan _stopAgainEvery = TimeSpan.FromMilliseconds(500);

    private sealed record StopAgain;

    /// <summary>Stops what was asked to stop, or is lost. A trainer that does not hear it is killed: then its job fails, and the
    /// trials end as they were asked to, at their last checkpoint.</summary>
    private void AskTrainerToStop()
    {
        List<TrialInHand> asked = [.. _state.Stopping.Select(one => _hands[one])];
        if (asked.Count == 0 || _trainer is null)
        {
            Timers.Cancel("stop");
            return;
        }

        var now = _scope.Clock.Now;
        asked.ForEach(hand => hand.AskedAt ??= now);
        if (asked.Exists(hand => now - hand.AskedAt > _options.StopTimeout))
        {
            Log.TrainerHangs(_logger, _device, _name, _options.StopTimeout.TotalSeconds);
            CloseTrainer();
            return;
        }

        _trainer.Stop([.. asked.Select(hand => hand.Key)]);
        if (!Timers.IsTimerActive("stop"))
            Timers.StartPeriodicTimer("stop", new StopAgain(), _stopAgainEvery, _stopAgainEvery);
    }

    /// <returns>False when it cannot be told: the attempt has failed of it.</returns>
    private bool Tell(TrialInHand hand, EpochReport report)
    {
        var entry = new EpochEntry(hand.Attempt, report);
        if (WhyTooLarge(entry) is { } reason)
        {
            EndTraining(hand, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Error, Reason = reason });
            ShowGateway();
            _trainer?.Stop([hand.Key]);
            return false;
        }

        _gateway.Tell(new Told(entry));
        var trial = hand.Trial;
        _scope.Events.Publish(new EpochCompleted(_device, trial.Sweep, hand.Key, trial.TrialId, trial.Epochs, report));
        return true;
    }

    private void Tell(TrialInHand hand, EpochCheckpoint checkpoint) =>
        _gateway.Tell(new Told(new CheckpointEntry(hand.Attempt, checkpoint)));

    private void TellAll(IReadOnlyList<EndEntry> ends)
    {
        foreach (var end in ends)
            Tell(end);
    }

    private void Tell(EndEntry entry)
    {
        if (WhyTooLarge(entry) is { } reason)
        {
            entry = new EndEntry(
                entry.Attempt, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Error, Reason = reason });
        }

        _gateway.Tell(new Told(entry));
        Forget(_hands[entry.Attempt], entry.End);
    }

    private static string? WhyTooLarge(Entry entry) => entry.MostBytes <= Outbox.MostEntryBytes ? null
        : $"what it tells at once may take {entry.MostBytes} bytes; a message to the head carries {Outbox.MostEntryBytes}";

    private void EndTraining(TrialInHand hand, AttemptEnd end)
    {
        _job!.Open.Remove(hand.Key);
        EndOnceSent(hand, end, sent => _state.End(hand.Attempt, sent!));
    }

    /// <summary>The trainer is rid of it, as it was asked to be.</summary>
    private void EndStopped(TrialInHand hand, string? reason)
    {
        _job!.Open.Remove(hand.Key);
        EndOnceSent(hand, end: null, _ => _state.Stopped(hand.Attempt, reason));
    }

    private void TellOrForget(TrialInHand hand, EndEntry? entry)
    {
        if (entry is not null)
            Tell(entry);
        else
            Forget(hand, end: null);
    }

    /// <param name="end">Null when it was lost.</param>
    private void Forget(TrialInHand hand, AttemptEnd? end)
    {
        _hands.Remove(hand.Attempt);
        ForgetFiles(hand);
        var trial = hand.Trial;
        var took = hand.StartedAt is { } started ? _scope.Clock.Now - started : TimeSpan.Zero;
        switch (end?.Outcome)
        {
            case null:
                Log.AttemptLost(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, hand.LastEpoch);
                break;
            case AttemptOutcome.Failed:
                Log.TrialFailed(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, end.FailureClass, end.Reason);
                break;
            default:
                Log.TrialEnded(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, end.Outcome, took.TotalSeconds);
                break;
        }

        // What was granted ahead and given back unused is nobody's news.
        if (hand.StartedAt is null && end?.Outcome is AttemptOutcome.Released)
            return;
        _scope.Events.Publish(new TrialEnded(
            _device, trial.Sweep, hand.Key, trial.TrialId, trial.Ordinal, end?.Outcome, end?.FailureClass, end?.Reason,
            end?.Evaluations ?? [], took));
    }
}
