using VaeSweep.Sweeps;

namespace VaeSweep.Training.Metrics;

/// <summary>How a metric that is reported with every epoch is computed, where <see cref="EpochReport"/> has no property of its
/// own for it. A new one is a static property of this type in a file of its own, and a line in <see cref="MetricList"/>
/// (<see cref="MetricCurve.By"/>).</summary>
/// <param name="Name">Its metric's.</param>
/// <param name="Of">Its value; NaN where it was not measured.</param>
internal sealed record CurveFormula(string Name, Func<TrainedEpoch, double> Of) : IKind;

/// <summary>An epoch that was just trained.</summary>
/// <param name="Progress">With the sums of the whole epoch.</param>
/// <param name="Report">What is reported of it besides.</param>
/// <param name="Valid">On the validation images; null when not measured.</param>
/// <param name="Test">On the test images; null when not measured.</param>
internal sealed record TrainedEpoch(
    TrialConfig Config, TrialProgress Progress, EpochReport Report, SplitBounds? Valid, SplitBounds? Test);
