using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Ties a job's events to its number and keeps the promise that every trial ends exactly once.</summary>
internal sealed class JobContext(long number, TrainerJob job, TrainerInbox inbox, TrainerOutbox outbox) : IJobContext
{
    // Checkpoints are told by the thread that writes them.
    private readonly Lock _lock = new();
    private readonly HashSet<long> _open = [.. job.Trials.Select(trial => trial.TrialKey)];

    public void Emit(TrainerEvent happened)
    {
        lock (_lock)
        {
            var ends = happened is TrialFinished or TrialFailed or TrialStopped;
            if (!(ends ? _open.Remove(happened.TrialKey) : _open.Contains(happened.TrialKey)))
            {
                throw new InvalidOperationException(
                    $"{happened.GetType().Name} for trial {happened.TrialKey}, which has ended or is not of this job.");
            }

            outbox.Send(FromTrainer.Of(number, happened));
        }
    }

    public bool StopRequested(long trialKey) => inbox.StopRequested(number, trialKey);

    public void FailOpenTrials(FailureClass why, string reason)
    {
        long[] open;
        lock (_lock)
        {
            open = [.. _open];
        }

        foreach (var key in open)
            Emit(new TrialFailed(key, why, reason));
    }
}
