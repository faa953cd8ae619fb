using VaeSweep.Sweeps;
using VaeSweep.Training.Data;
using VaeSweep.Training.Metrics;

namespace VaeSweep.Training.Tests;

public sealed class EvaluationPlanTests
{
    [Fact]
    public void Metrics_are_understood_with_their_split_and_samples()
    {
        var plan = EvaluationPlan.Parse(
            new EvaluateConfig { Metrics = ["test_nll", "valid_l5000", "train_kl", "active_units_01"], ImportanceSamples = 7 },
            hasValid: true);

        Assert.Equal(
            [
                new MetricRequest("test_nll", LikelihoodMetrics.NegativeLogLikelihood, SplitKind.Test, 7),
                new MetricRequest("valid_l5000", LikelihoodMetrics.Bound, SplitKind.Valid, 5000),
                new MetricRequest("train_kl", BoundMetrics.Kl, SplitKind.Train, 0),
                new MetricRequest("active_units_01", BoundMetrics.ActiveUnits01, SplitKind.Test, 0),
            ],
            plan.Metrics);
    }

    [Fact]
    public void Everything_that_a_sweep_file_may_name_has_a_formula()
    {
        var plan = EvaluationPlan.Parse(new EvaluateConfig { Metrics = MetricList.Evaluated }, hasValid: true);

        Assert.Equal(MetricList.Evaluated, plan.Metrics.Select(metric => metric.Name));
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var config = new EvaluateConfig { Metrics = ["test_nll", "tset_nll", "test_l0", "test_l", "valid_elbo"] };

        var error = Assert.Throws<FormatException>(() => EvaluationPlan.Parse(config, hasValid: false));

        Assert.All(
            ["'tset_nll' is unknown", "'test_l0' is unknown", "'test_l' is unknown", "'valid_elbo' needs validation images"],
            fault => Assert.Contains(fault, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("test_l5", true)]
    [InlineData("train_l5000", true)]
    [InlineData("test_l05", false)]
    [InlineData("test_l", false)]
    [InlineData("test_l12345678", false)]
    [InlineData("test_nll", false)]
    public void Sweep_files_may_name_the_bounds_that_can_be_measured(string name, bool expected)
    {
        Assert.Equal(expected, MetricList.IsBound(name));
        Assert.True(
            !expected || EvaluationPlan.Parse(new EvaluateConfig { Metrics = [name] }, hasValid: true).Metrics.Count == 1);
    }
}
