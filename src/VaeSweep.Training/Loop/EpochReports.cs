using VaeSweep.Sweeps;
using VaeSweep.Training.Metrics;
using VaeSweep.Training.Warmups;

namespace VaeSweep.Training;

/// <summary>Puts an epoch's report together.</summary>
internal static class EpochReports
{
    public const double Active = 0.01;
    public const double Active01 = 0.1;

    private static readonly IReadOnlyList<CurveFormula> _formulas = KindFinder.For<CurveFormula>(MetricList.CurveFormulas);

    /// <param name="progress">With the sums of the whole epoch.</param>
    /// <param name="valid">Null when not measured.</param>
    /// <param name="test">Null when not measured; has the units.</param>
    public static EpochReport Of(int epoch, TrialConfig config, TrialProgress progress, SplitBounds? valid, SplitBounds? test)
    {
        var sums = progress.Sums;
        var report = new EpochReport
        {
            Epoch = epoch,
            TrainElbo = sums.Elbo / sums.Images,
            TrainRecon = sums.Recon / sums.Images,
            TrainKl = sums.Kl / sums.Images,
            TrainObjective = sums.Objective / sums.Images,
            GradNorm = sums.GradNorm / sums.Steps,
            ValidElbo = valid?.Elbo ?? double.NaN,
            ValidRecon = valid?.Recon ?? double.NaN,
            ValidKl = valid?.Kl ?? double.NaN,
            TestElbo = test?.Elbo ?? double.NaN,
            TestRecon = test?.Recon ?? double.NaN,
            TestKl = test?.Kl ?? double.NaN,
            Beta = WarmupKinds.Beta(config.Objective, epoch),
            ActiveUnits = test is null ? -1 : Count(test, Active),
            ActiveUnits01 = test is null ? -1 : Count(test, Active01),
            Seconds = progress.EpochSeconds,
            Units = test?.Units ?? [],
        };
        return _formulas.Count == 0 ? report : report with
        {
            Others = [.. _formulas.Select(formula => new NamedValue(
                formula.Name, formula.Of(new TrainedEpoch(config, progress, report, valid, test))))],
        };
    }

    /// <summary>Units of all layers whose activity exceeds the threshold.</summary>
    public static int Count(SplitBounds bounds, double threshold) =>
        bounds.Units.Sum(layer => layer.Activity.Count(activity => activity > threshold));
}
