using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What a store knows of sweeps, in types: all that tables, figures, reports and exports are made of.</summary>
/// <remarks>
/// <para><b>Order.</b> Sweeps: the oldest first. Where nothing else is said, what a stream yields comes by sweep, in it by the
/// trials' index, in a trial by epoch, attempt, or metric and samples; where trials are asked for by their ids, in the order of
/// those.</para>
/// <para><b>Moments.</b> What one task returns is of one moment. A stream is read part by part, so that a million trials pass in
/// bounded memory: each part is of one moment, and what is written meanwhile may be in later parts.</para>
/// <para><b>Absence.</b> A sweep, trial or metric that is not there has no rows. A number that was not measured is NaN.</para>
/// <para><b>Threads and cancellation.</b> As <see cref="IStore"/>; several streams may be read side by side.</para>
/// <para><b>Errors.</b> <see cref="StoreException"/> when the store cannot be used.</para>
/// </remarks>
public interface IResults
{
    /// <summary>All sweeps, with how many of their trials stand where.</summary>
    Task<IReadOnlyList<SweepStatus>> SweepsAsync(CancellationToken cancellationToken);

    /// <param name="parts">What to read besides <see cref="TrialRecord"/>'s required properties: the rest costs time and stays
    /// empty.</param>
    IAsyncEnumerable<TrialRecord> TrialsAsync(TrialFilter which, TrialParts parts, CancellationToken cancellationToken);

    /// <summary>The configurations of a sweep without their seeds; every one that a trial of the sweep has, wanted or not. By
    /// key.</summary>
    Task<IReadOnlyList<PointRecord>> PointsAsync(string sweep, CancellationToken cancellationToken);

    /// <summary>What trials reported with every epoch; a trial without a stored epoch is absent.</summary>
    /// <exception cref="ArgumentException">A metric is not reported with every epoch.</exception>
    IAsyncEnumerable<TrialCurve> CurvesAsync(TrialFilter which, CurveRequest what, CancellationToken cancellationToken);

    /// <summary>Activity and KL of latent units, one entry for each epoch where they were measured.</summary>
    IAsyncEnumerable<EpochUnits> UnitsAsync(TrialFilter which, CancellationToken cancellationToken);

    /// <summary>How the wanted trials of a sweep stand, and what those that succeeded scored: all that a comparison table counts
    /// and averages, of one moment.</summary>
    /// <param name="points">Of these alone; null: of all.</param>
    Task<SweepScores> ScoresAsync(
        string sweep, IReadOnlyList<Metric> metrics, IReadOnlyCollection<long>? points, CancellationToken cancellationToken);

    /// <summary>What was measured of finished models.</summary>
    /// <param name="metric">Of this one alone; null: of all.</param>
    IAsyncEnumerable<EvaluationRecord> EvaluationsAsync(TrialFilter which, string? metric, CancellationToken cancellationToken);

    /// <summary>Who worked at trials, when, and how it ended.</summary>
    IAsyncEnumerable<AttemptRecord> AttemptsAsync(TrialFilter which, CancellationToken cancellationToken);

    /// <summary>Alarms and early stops.</summary>
    IAsyncEnumerable<EventRecord> EventsAsync(TrialFilter which, CancellationToken cancellationToken);
}
