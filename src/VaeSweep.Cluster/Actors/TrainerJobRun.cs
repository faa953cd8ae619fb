using VaeSweep.Cluster.Kernel;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <summary>One job on a trainer: makes the folders, finds the checkpoints, and hands the trainer's events to the worker one by one.</summary>
internal sealed class TrainerJobRun(int number, ITrainer trainer, IReadOnlyList<HeldTrial> trials, Credits credits, NodeOptions options)
{
    /// <summary>Where each trial begins.</summary>
    internal sealed record Begun(int Job, IReadOnlyDictionary<long, (int FromEpoch, string? Note)> Trials);

    internal sealed record Event(int Job, TrainerEvent What);

    /// <param name="Error">Null when the trainer came to the end of the job.</param>
    /// <param name="TrainerGone">The trainer cannot be used again.</param>
    internal sealed record Ended(int Job, Exception? Error, bool TrainerGone);

    public async Task<Ended> RunAsync(IActorRef worker, CancellationToken cancellationToken)
    {
        TrainerJob job;
        try
        {
            job = Prepare(out var begun);
            worker.Tell(begun);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Ended(number, e, TrainerGone: false);
        }

        try
        {
            await foreach (var what in trainer.RunAsync(job, cancellationToken))
            {
                if (what is EpochDone or Checkpointed)
                {
                    await credits.TakeAsync(cancellationToken);
                }

                worker.Tell(new Event(number, what));
            }

            return new Ended(number, Error: null, TrainerGone: false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it threw, a trainer that broke its contract is not trusted with another trial.
            return new Ended(number, e, TrainerGone: true);
        }
    }

    private TrainerJob Prepare(out Begun begun)
    {
        var jobTrials = new List<TrainerTrial>();
        var starts = new Dictionary<long, (int, string?)>();
        foreach (var trial in trials)
        {
            var claim = trial.Claim;
            var folder = Artifacts.Folder(options.ArtifactsFolder, claim.Sweep, claim.TrialId, claim.Attempt.Attempt);
            options.Disk.CreateFolder(folder);
            var usable = trial.CheckpointPath is { } path && options.Disk.Exists(path);
            var note = trial.CheckpointPath is null || usable
                ? null
                : $"checkpoint {trial.CheckpointPath} of epoch {trial.CheckpointEpoch} is not there; starting anew";
            starts[claim.Attempt.TrialKey] = (usable ? trial.CheckpointEpoch : 0, note);
            jobTrials.Add(new TrainerTrial(
                claim.Attempt.TrialKey, claim.TrialId, claim.Attempt.Attempt, claim.ConfigJson, folder, usable ? trial.CheckpointPath : null));
        }

        begun = new Begun(number, starts);
        return new TrainerJob(jobTrials);
    }
}
