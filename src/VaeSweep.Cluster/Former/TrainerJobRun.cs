using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Former;

/// <summary>One job on a trainer: makes the folders, finds the checkpoints, and hands the trainer's events to the worker one by one.</summary>
internal sealed class TrainerJobRun(int number, ITrainer trainer, IReadOnlyList<HeldTrial> trials, Credits credits, NodeOptions options, StoreClient store)
{
    /// <summary>Where each trial begins.</summary>
    internal sealed record Begun(int Job, IReadOnlyDictionary<long, (int FromEpoch, string? Note)> Trials);

    internal sealed record Event(int Job, TrainerEvent What);

    /// <param name="Error">Null when the trainer came to the end of the job.</param>
    /// <param name="TrainerGone">The trainer cannot be used again.</param>
    /// <param name="NotHere">This machine lacks what the trials need; they never began.</param>
    internal sealed record Ended(int Job, Exception? Error, bool TrainerGone, bool NotHere = false);

    public async Task<Ended> RunAsync(IActorRef worker, CancellationToken cancellationToken)
    {
        TrainerJob job;
        try
        {
            (job, var begun) = await PrepareAsync(cancellationToken);
            worker.Tell(begun);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Ended(number, e, TrainerGone: false, NotHere: true);
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

    private async Task<(TrainerJob, Begun)> PrepareAsync(CancellationToken cancellationToken)
    {
        var jobTrials = new List<TrainerTrial>();
        var starts = new Dictionary<long, (int, string?)>();
        foreach (var trial in trials)
        {
            var claim = trial.Claim;
            if (options.Prepare is { } prepare)
            {
                await prepare(claim.ConfigJson, cancellationToken);
            }

            var folder = Artifacts.Folder(options.ArtifactsFolder, claim.Sweep, claim.TrialId, claim.Attempt.Attempt);
            // Where nothing can be written shows now, not after the training. The attempt's own folder is for its first file to make.
            options.Disk.CreateFolder(Artifacts.Folder(options.ArtifactsFolder, claim.Sweep));
            var checkpoint = trial.CheckpointPath;
            if (checkpoint is not null && KeptFile.IsOne(checkpoint))
            {
                checkpoint = await store.Patiently(
                    (s, ct) => KeptFile.FetchAsync(s, claim.Attempt.TrialKey, checkpoint, Path.Combine(folder, "resumed"), ct), cancellationToken);
            }

            var usable = checkpoint is not null && options.Disk.Exists(checkpoint);
            var note = trial.CheckpointPath is null || usable
                ? null
                : $"checkpoint {trial.CheckpointPath} of epoch {trial.CheckpointEpoch} is not there; starting anew";
            starts[claim.Attempt.TrialKey] = (usable ? trial.CheckpointEpoch : 0, note);
            jobTrials.Add(new TrainerTrial(
                claim.Attempt.TrialKey, claim.TrialId, claim.Attempt.Attempt, claim.ConfigJson, folder, usable ? checkpoint : null));
        }

        return (new TrainerJob(jobTrials), new Begun(number, starts));
    }
}
