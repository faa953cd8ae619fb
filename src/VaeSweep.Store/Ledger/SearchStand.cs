namespace VaeSweep.Store;

/// <summary>An active sweep whose search or scheduler may go on.</summary>
/// <param name="Stand">A number that changes when trials begin, end or rest.</param>
/// <param name="Trials">All of them; null when the sweep stands as it did.</param>
/// <param name="Reported">What was reported since it was asked for last, as far as the sweep is followed and it was kept.</param>
public sealed record SearchStand(
    SweepDocument Sweep, int Stand, TrialDocument[]? Trials, IReadOnlyList<ReportedValue> Reported);
