using System.Text;
using System.Text.RegularExpressions;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What becomes of a trial; the same in every store.</summary>
internal static partial class TrialPolicy
{
    public const string LostOutcome = "lost";
    public const string StoppedByOwner = "stopped by its owner";
    public const string SweepStopped = "its sweep was stopped";
    public const string NodeEnded = "its node ended without a word";
    public const string Unwanted = "no longer in the sweep file";

    /// <summary>Attempts in a row that may be lost without a new checkpoint. Machines go away for many reasons; a trial that
    /// takes its machine with it each time is to be noticed all the same.</summary>
    public const int MaxLosses = 20;

    /// <summary>Bytes of a configuration: a head sends it to a node whole, in one message.</summary>
    public const int MostConfigBytes = 400_000;

    /// <exception cref="StoreException">No message could carry the trial's configuration.</exception>
    public static void RequireCarried(Trial trial)
    {
        const int MostBytesOfALetter = 3;
        if (trial.ConfigJson.Length <= MostConfigBytes / MostBytesOfALetter)
            return;
        if (Encoding.UTF8.GetByteCount(trial.ConfigJson) is var bytes and > MostConfigBytes)
        {
            throw new StoreException(
                $"The configuration of trial {trial.Id} (number {trial.Index}) has {bytes} bytes; at "
                    + $"most {MostConfigBytes} can be "
                + "sent to the node that trains it. Keep large values in a file, and name the file in the configuration.");
        }
    }

    /// <summary>NaN comes back with the same seed, and a wrong configuration stays wrong; the rest may have been the
    /// machine.</summary>
    public static bool IsRetried(FailureClass failure) => failure is FailureClass.Crash or FailureClass.Oom or FailureClass.Lost
        or FailureClass.Disk;

    /// <summary>Where a trial that is not finished goes when its attempt ends, by what its owner asks for now (not when the
    /// attempt was told).</summary>
    public static (TrialState State, string? Reason) AfterAttempt(SweepState sweep, bool wanted, bool stopRequested) =>
        sweep switch
    {
        _ when !wanted => (TrialState.Stopped, Unwanted),
        _ when stopRequested => (TrialState.Stopped, StoppedByOwner),
        SweepState.Stopped => (TrialState.Stopped, SweepStopped),
        SweepState.Paused => (TrialState.Paused, null),
        _ => (TrialState.Queued, null),
    };

    public static Directive DirectiveFor(SweepState sweep, bool wanted, bool stopRequested) =>
        AfterAttempt(sweep, wanted, stopRequested).State switch
    {
        TrialState.Stopped => Directive.Stop,
        TrialState.Paused => Directive.Pause,
        _ => Directive.Continue,
    };

    /// <summary>Counts a failed attempt and says whether another may follow.</summary>
    public static (int Failures, int Losses, bool Again) Count(FailureClass failure, int failures, int losses, int maxAttempts) =>
        failure == FailureClass.Lost
        ? (failures, losses + 1, losses + 1 < MaxLosses)
        : (failures + 1, losses, IsRetried(failure) && failures + 1 < maxAttempts);

    /// <summary>Points of the search space that must fail alike before their error is the sweep's: a grid may well hold one or
    /// two that cannot be built.</summary>
    private const int AlikePoints = 3;

    /// <summary>Or so many trials, should a point have very many seeds.</summary>
    private const int AlikeTrials = 10;

    /// <summary>Errors that are looked at to find such as are alike.</summary>
    public const int ErrorsRead = 1000;

    /// <summary>Whether an error is the whole sweep's: nothing has come further than the failing trial did, and its error has
    /// come from several points, and from as many trials as devices are at work on the sweep, so that those which began together
    /// have had their say.</summary>
    /// <param name="failed">Point and reason of the wanted trials that failed of an error, this one among them.</param>
    /// <param name="points">Different points of the sweep, as far as they matter (<see cref="PointsThatMatter"/>).</param>
    /// <param name="devices">Devices that train other trials of the sweep now.</param>
    public static bool IsErrorOfSweep(
        string? reason, IReadOnlyCollection<(long Point, string? Reason)> failed, long points, long devices)
    {
        var kind = KindOf(reason);
        var alike = failed.Where(one => KindOf(one.Reason) == kind).ToList();
        return alike.Count >= devices
            && (alike.Select(one => one.Point).Distinct().Count() >= Math.Min(AlikePoints, points) || alike.Count >= AlikeTrials);
    }

    public const int PointsThatMatter = AlikePoints;

    public static string SweepHopeless(string trialId, string? reason) =>
        $"no trial of it can be trained. Trial {trialId}, and others alike: {reason}";

    /// <summary>A reason without its numbers: trials differ in them, and fail of the same all the same.</summary>
    internal static string KindOf(string? reason) => NumbersPattern().Replace(reason ?? "", "#");

    [GeneratedRegex(@"\d+(\.\d+)?(e[+-]?\d+)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumbersPattern();

    public static bool IsFinished(TrialState state) => state is TrialState.Succeeded or TrialState.Failed or TrialState.Stopped;
}
