namespace VaeSweep.Sweeps;

/// <summary>Starts trainers. The command line hands the real one (a child process on libtorch) to the cluster; tests hand in null
/// trainers.</summary>
public interface ITrainerLauncher
{
    /// <summary>Starts a trainer pinned to a device and waits until it is ready.</summary>
    /// <param name="device">cpu:0, cuda:1, ...</param>
    /// <exception cref="TrainerCrashedException">It ended before it was ready; the message holds its last lines.</exception>
    Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken);
}

/// <summary>A process that trains packs on one device, one after the other. Used by one worker at a time.</summary>
public interface ITrainer : IAsyncDisposable
{
    string Device { get; }

    /// <summary>What the numbers depend on besides the configuration: library versions, processor, matrix kernels. One line of
    /// JSON.</summary>
    string Provenance { get; }

    /// <summary>Trains a pack. Events of one trial come in order and end with exactly one of <see cref="TrialFinished"/>,
    /// <see cref="TrialFailed"/> and <see cref="TrialStopped"/>.</summary>
    /// <exception cref="TrainerCrashedException">The process is gone; a new one must be started.</exception>
    IAsyncEnumerable<TrainerEvent> RunAsync(TrainerJob job, CancellationToken cancellationToken);

    /// <summary>Asks the running job to checkpoint these trials at the next step and end them with <see cref="TrialStopped"/>.
    /// Returns at once; unknown keys are ignored.</summary>
    void Stop(IReadOnlyCollection<long> trialKeys);
}

/// <summary>One or more trials with equal pack keys, to be trained in one program.</summary>
public sealed record TrainerJob(IReadOnlyList<TrainerTrial> Trials);

/// <summary>One trial of a job.</summary>
/// <param name="TrialKey">The store's key; comes back in every event.</param>
/// <param name="ConfigJson">Canonical configuration.</param>
/// <param name="ArtifactsFolder">Where this trial's checkpoints and model go; made by who writes the first of them.</param>
/// <param name="ResumeFrom">A checkpoint to continue from; null starts anew.</param>
public sealed record TrainerTrial(
    long TrialKey, string TrialId, int Attempt, string ConfigJson, string ArtifactsFolder, string? ResumeFrom)
{
    /// <summary>Epochs that it may run now: with them it is brought to a checkpoint and ends with <see cref="TrialStopped"/>.
    /// Null: all of its configuration.</summary>
    public int? Budget { get; init; }
}

/// <summary>What a trainer tells while it runs a job.</summary>
public abstract record TrainerEvent(long TrialKey);

/// <summary>An epoch is complete.</summary>
public sealed record EpochDone(long TrialKey, EpochReport Report) : TrainerEvent(TrialKey);

/// <summary>A checkpoint is durable on disk (written beside, synced, renamed). It covers every epoch up to
/// <paramref name="Epoch"/> and perhaps part of the next. The trainer never deletes checkpoints: whoever records them in the
/// store does.</summary>
/// <param name="Best">It holds the best validation bound so far.</param>
public sealed record Checkpointed(long TrialKey, int Epoch, string Path, bool Best) : TrainerEvent(TrialKey);

/// <summary>Training is complete and evaluated; the final model is at <paramref name="ModelPath"/>.</summary>
public sealed record TrialFinished(long TrialKey, IReadOnlyList<Evaluation> Evaluations, string ModelPath)
    : TrainerEvent(TrialKey)
{
    /// <summary>Why it has fewer epochs than its configuration allows, in words; null where it has all.</summary>
    public string? EndedEarly { get; init; }

    /// <summary>How many it has then; null where it has all.</summary>
    public int? Epochs { get; init; }
}

/// <summary>This trial cannot go on; the others of its pack do.</summary>
/// <param name="Reason">One line for a person: "NaN in the bound at epoch 7".</param>
public sealed record TrialFailed(long TrialKey, FailureClass Class, string Reason) : TrainerEvent(TrialKey);

/// <summary>Ended because it was asked to; the last <see cref="Checkpointed"/> event holds its state.</summary>
public sealed record TrialStopped(long TrialKey) : TrainerEvent(TrialKey);

/// <summary>The trainer process is gone.</summary>
public sealed class TrainerCrashedException(string message, int? exitCode, string lastLines) : Exception(message)
{
    /// <summary>As the system reports it; 128 + n for signal n.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>The end of its standard error.</summary>
    public string LastLines { get; } = lastLines;
}
