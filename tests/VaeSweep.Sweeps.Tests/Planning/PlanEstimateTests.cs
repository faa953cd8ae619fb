namespace VaeSweep.Sweeps.Tests;

public sealed class PlanEstimateTests
{
    private static readonly Trial[] Trials = SweepFile.Parse(
        """
        name: a
        dataset: { train: 1000, valid: 0, test: 100 }
        model: { latent: 20 }
        train: { epochs: 10 }
        evaluate: { metrics: [test_elbo] }
        parameters: { objective.k: [1, 5] }
        """).Expand().ToArray();

    [Fact]
    public void Multiply_adds_and_sizes_are_those_of_the_shapes()
    {
        TrialCost cost = TrialCost.Of(TrialConfigJson.Parse(Trials[1].ConfigJson));

        // 784-200-200-2x20 and 20-200-200-784.
        const double Encoder = (784 * 200) + (200 * 200) + (200 * 40);
        const double Decoder = (20 * 200) + (200 * 200) + (200 * 784);
        Assert.Equal((3 * 1000 * (Encoder + (5 * Decoder))) + (100 * (Encoder + Decoder)), cost.PerEpoch);
        Assert.Equal(0, cost.Evaluation);
        Assert.Equal(Encoder + Decoder + 200 + 200 + 40 + 200 + 200 + 784, cost.Parameters);
        Assert.Equal(cost.Parameters * 4, cost.ModelBytes);
        Assert.InRange(cost.CheckpointBytes, cost.Parameters * 12, (cost.Parameters * 12) + 100_000);
    }

    [Fact]
    public void Batch_norm_takes_the_place_of_biases_and_has_buffers()
    {
        TrialCost plain = TrialCost.Of(ConfigSchema.Defaults);
        TrialCost normalised = TrialCost.Of(ConfigSchema.Defaults with { Model = new ModelConfig { BatchNorm = true } });

        Assert.Equal(plain.Parameters + 800, normalised.Parameters);
        Assert.Equal(1600, normalised.Buffers);
    }

    [Fact]
    public void The_log_likelihood_costs_a_decoder_pass_for_each_sample_and_image()
    {
        TrialConfig config = ConfigSchema.Defaults with { Dataset = new DatasetConfig { Test = 10 }, Evaluate = new EvaluateConfig { ImportanceSamples = 7 } };

        TrialCost cost = TrialCost.Of(config);

        const double Encoder = (784 * 200) + (200 * 200) + (200 * 100);
        const double Decoder = (50 * 200) + (200 * 200) + (200 * 784);
        Assert.Equal(10 * (Encoder + (7 * Decoder)), cost.Evaluation);
    }

    [Fact]
    public void Without_history_the_time_is_a_guess_and_says_so()
    {
        PlanEstimate estimate = PlanEstimate.Of(Trials, 2, devices: 1, [], 1e9);

        double work = Trials.Sum(trial => TrialCost.Of(TrialConfigJson.Parse(trial.ConfigJson)).PerEpoch * 10);
        Assert.Equal(work / 1e9, estimate.DeviceTime!.Value.TotalSeconds, 1e-6);
        Assert.Equal(estimate.DeviceTime, estimate.WallTime);
        Assert.Equal(0, estimate.Measured);
        Assert.StartsWith("A guess", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_known_no_time_is_given()
    {
        PlanEstimate estimate = PlanEstimate.Of(Trials, 2, devices: 1, [], assumedRate: null);

        Assert.Null(estimate.DeviceTime);
        Assert.Null(estimate.WallTime);
        Assert.True(estimate.ModelBytes > 0);
        Assert.StartsWith("No time", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_were_timed_take_their_time_and_scale_the_others()
    {
        double ratio = TrialCost.Of(TrialConfigJson.Parse(Trials[1].ConfigJson)).PerEpoch / TrialCost.Of(TrialConfigJson.Parse(Trials[0].ConfigJson)).PerEpoch;

        PlanEstimate estimate = PlanEstimate.Of(Trials, 2, devices: 2, [new KnownRate(Trials[0].ConfigJson, 2)], 1e9);

        Assert.Equal((2 + (2 * ratio)) * 10, estimate.DeviceTime!.Value.TotalSeconds, 1e-6);
        Assert.Equal(0.5, estimate.Measured);

        // The longer trial alone takes more than half of the sum.
        Assert.Equal(2 * ratio * 10, estimate.WallTime!.Value.TotalSeconds, 1e-6);
    }

    [Fact]
    public void A_large_sweep_is_estimated_from_some_of_its_trials()
    {
        SweepDefinition sweep = SweepFile.Parse("name: a\nparameters: { objective.beta: { range: [1, 50000] } }");

        PlanEstimate estimate = PlanEstimate.Of(sweep.Expand(), sweep.Count(), devices: 1, [], 1e9);
        PlanEstimate single = PlanEstimate.Of(sweep.Expand().Take(1), 1, devices: 1, [], 1e9);

        Assert.Equal(50_000, estimate.Trials);
        Assert.Equal(single.DeviceTime!.Value.TotalSeconds * 50_000, estimate.DeviceTime!.Value.TotalSeconds, 1e-3 * estimate.DeviceTime.Value.TotalSeconds);
        Assert.Contains("One trial in 2", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_run_takes_no_time()
    {
        PlanEstimate estimate = PlanEstimate.Of([], 0, devices: 1, [], assumedRate: null);

        Assert.Equal(TimeSpan.Zero, estimate.WallTime);
        Assert.Equal(0, estimate.PeakBytes);
    }
}
