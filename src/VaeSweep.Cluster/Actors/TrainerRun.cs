using Akka.Actor;
using VaeSweep.Cluster.Files;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <summary>One job on a trainer, beside the worker's mailbox: finds checkpoints, and hands the trainer's events to the worker
/// one by one, as long as there is room for what they tell.</summary>
internal sealed class TrainerRun(int job, ITrainer trainer, IReadOnlyList<TrialInHand> trials, NodeScope scope)
{
    /// <summary>Where each trial begins, by key.</summary>
    internal sealed record Begun(int Job, IReadOnlyDictionary<long, (int FromEpoch, string? Note)> Trials);

    internal sealed record Event(int Job, TrainerEvent What);

    /// <param name="Error">Null when the trainer came to the end of the job.</param>
    /// <param name="TrainerGone">The trainer cannot be used again.</param>
    /// <param name="NotHere">This machine lacks what the trials need; they never began.</param>
    internal sealed record Ended(int Job, Exception? Error, bool TrainerGone, bool NotHere = false);

    public async Task<Ended> RunAsync(IActorRef worker, CancellationToken cancellationToken)
    {
        TrainerJob prepared;
        try
        {
            (prepared, var begun) = await PrepareAsync(cancellationToken);
            worker.Tell(begun);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new Ended(job, failure, TrainerGone: false, NotHere: true);
        }

        try
        {
            await foreach (var what in trainer.RunAsync(prepared, cancellationToken))
            {
                await scope.Room.PassAsync(cancellationToken);
                worker.Tell(new Event(job, what));
            }

            return new Ended(job, Error: null, TrainerGone: false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it threw, a trainer that broke its contract is not trusted with another trial.
            return new Ended(job, failure, TrainerGone: true);
        }
    }

    private async Task<(TrainerJob, Begun)> PrepareAsync(CancellationToken cancellationToken)
    {
        var options = scope.Options;
        var files = await scope.FilesAsync(cancellationToken);
        var root = files?.Root ?? options.ArtifactsFolder;
        var prepared = new List<TrainerTrial>();
        var starts = new Dictionary<long, (int, string?)>();
        foreach (var hand in trials)
        {
            var trial = hand.Trial;
            if (options.Prepare is { } prepare)
                await prepare(hand.ConfigJson, cancellationToken);
            if (DataNames.NeededBy(hand.ConfigJson) is { } data)
                await DemandDataAsync(data.Name, data.Sha256, files, root, cancellationToken);
            var folder = Artifacts.Folder(root, trial.Sweep, trial.TrialId, hand.Key, trial.Ordinal);
            // Where nothing can be written shows now, not after the training. The attempt's folder is for its first file to make.
            options.Disk.CreateFolder(Artifacts.Folder(root, trial.Sweep));
            var given = hand.CheckpointPath;
            if (given is not null && files is { IsShared: false })
                given = await files.FetchAsync(given, folder, cancellationToken) ?? given;
            var (resumed, from, note, damaged) = CheckpointChoice.Of(given, hand.CheckpointEpoch, options.Disk);
            starts[hand.Key] = (from, note);
            hand.Damage = damaged ? note : null;
            prepared.Add(new TrainerTrial(hand.Key, trial.TrialId, trial.Ordinal, hand.ConfigJson, folder, resumed)
            {
                Budget = trial.Budget < trial.Epochs ? trial.Budget : null,
            });
        }

        return (new TrainerJob(prepared), new Begun(job, starts));
    }

    /// <summary>Sees to it that the trainer finds a data set that somebody added: here, in the head's folder, or sent from
    /// there.</summary>
    /// <exception cref="FileNotFoundException">Nobody has it.</exception>
    private async Task DemandDataAsync(
        string name, string sha256, NodeFiles? files, string root, CancellationToken cancellationToken)
    {
        var file = DataNames.Of(sha256);
        if (scope.Options.FindData?.Invoke(sha256) is not null || File.Exists(Path.Combine(root, file)))
            return;
        var folder = scope.Options.DataFolder ?? Path.Combine(root, OwnDataset.Folder);
        if (files is null || await files.FetchDataAsync(file, folder, cancellationToken) is null)
        {
            throw new FileNotFoundException(
                $"The images of data set {name} (SHA-256 {OwnDataset.Shown(sha256)}...) are neither on this machine nor at the " +
                $"head. Add them on either (vaesweep data add {name} PATH), or submit the sweep again from where they are.");
        }
    }
}
