using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What becomes of a trial; the same in every store.</summary>
internal static class TrialPolicy
{
    public const string LostOutcome = "lost";
    public const string StoppedByOwner = "stopped by its owner";
    public const string SweepStopped = "its sweep was stopped";
    public const string NodeEnded = "its node ended without a word";
    public const string Unwanted = "no longer in the sweep file";

    /// <summary>Attempts in a row that may be lost without a new checkpoint. Machines go away for many reasons; a trial that takes its machine with it each time
    /// is to be noticed all the same.</summary>
    public const int MaxLosses = 20;

    /// <summary>NaN comes back with the same seed, and a wrong configuration stays wrong; the rest may have been the machine.</summary>
    public static bool IsRetried(FailureClass failure) => failure is FailureClass.Crash or FailureClass.Oom or FailureClass.Lost or FailureClass.Disk;

    /// <summary>Where a trial that is not finished goes when its attempt ends, by what its owner asks for now (not when the attempt was told).</summary>
    public static (TrialState State, string? Reason) AfterAttempt(SweepState sweep, bool wanted, bool stopRequested) => sweep switch
    {
        _ when !wanted => (TrialState.Stopped, Unwanted),
        _ when stopRequested => (TrialState.Stopped, StoppedByOwner),
        SweepState.Stopped => (TrialState.Stopped, SweepStopped),
        SweepState.Paused => (TrialState.Paused, null),
        _ => (TrialState.Queued, null),
    };

    public static Directive DirectiveFor(SweepState sweep, bool wanted, bool stopRequested) => AfterAttempt(sweep, wanted, stopRequested).State switch
    {
        TrialState.Stopped => Directive.Stop,
        TrialState.Paused => Directive.Pause,
        _ => Directive.Continue,
    };

    /// <summary>Counts a failed attempt and says whether another may follow.</summary>
    public static (int Failures, int Losses, bool Again) Count(FailureClass failure, int failures, int losses, int maxAttempts) => failure == FailureClass.Lost
        ? (failures, losses + 1, losses + 1 < MaxLosses)
        : (failures + 1, losses, IsRetried(failure) && failures + 1 < maxAttempts);

    public static string SweepPaused(string trialId, string? reason) => $"trial {trialId} cannot be trained: {reason}";

    public static bool IsFinished(TrialState state) => state is TrialState.Succeeded or TrialState.Failed or TrialState.Stopped;
}
