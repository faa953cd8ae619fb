namespace VaeSweep.Sweeps.Tests;

public sealed class PlanEstimateTests
{
    private static readonly Trial[] _trials = SweepFile.Parse(
        """
        name: a
        dataset: { train: 1000, valid: 0, test: 100 }
        model: { latent: 20 }
        train: { epochs: 10 }
        evaluate: { metrics: [test_elbo] }
        parameters: { objective.k: [1, 5] }
        """).Expand().ToArray();

    [Fact]
    public void Work_and_sizes_are_those_of_the_shapes()
    {
        var one = TrialCost.Of(TrialConfigJson.Parse(_trials[0].ConfigJson));
        var five = TrialCost.Of(TrialConfigJson.Parse(_trials[1].ConfigJson));

        // 784-200-200-2x20 and 20-200-200-784: four samples more go through the decoder, forward and twice backward.
        const double Encoder = (784 * 200) + (200 * 200) + (200 * 40);
        const double Decoder = (20 * 200) + (200 * 200) + (200 * 784);
        Assert.Equal(3 * 1000 * 4 * Decoder, five.PerEpoch - one.PerEpoch, 1.0);
        Assert.Equal(0, five.Evaluation);
        Assert.Equal(10, five.StepsPerEpoch);
        Assert.Equal(Encoder + Decoder + 200 + 200 + 40 + 200 + 200 + 784, five.Parameters);
        Assert.Equal(five.Parameters * 4, five.ModelBytes);
        Assert.InRange(five.CheckpointBytes, five.Parameters * 12, (five.Parameters * 12) + 100_000);
    }

    // Milliseconds of processor time a step of the `families` benchmark, on one core of an Ice Lake Xeon at 2.8 GHz.
    [Theory]
    [InlineData("{ layers: [50], hidden: [[200, 200]], activation: tanh }", "{ bound: iwae, k: 5 }", 20, 2.6)]
    [InlineData("{ layers: [50], hidden: [[200, 200]], activation: tanh }", "{ bound: iwae, k: 50 }", 20, 13.8)]
    [InlineData("{ layers: [40], hidden: [[300, 300]], activation: gated, prior: vampprior, pseudo_inputs: 500 }", "{ k: 1 }",
        100, 30.0)]
    [InlineData(
        "{ family: ladder, layers: [64, 32, 16, 8, 4], hidden: [[512, 512], [256, 256], [128, 128], [64, 64], [32, 32]], "
            + "activation: leaky_relu, batch_norm: true }",
        "{ k: 1 }", 256, 32.4)]
    public void A_step_of_each_family_is_estimated_within_a_quarter_of_what_was_measured(
        string model, string objective, int batch, double milliseconds)
    {
        var trial = SweepFile.Parse(
            $"name: a\ndataset: {{ train: {batch}, valid: 0, test: 1 }}\nmodel: {model}\nobjective: {objective}\ntrain: {{ "
                + $"batch_size: {batch}, epochs: 2 }}\nseeds: 1")
            .Expand().Single();

        var estimate = TrialCost.Of(TrialConfigJson.Parse(trial.ConfigJson)).PerEpoch / PlanEstimate.AssumedCpuRate * 1e3;

        Assert.InRange(estimate / milliseconds, 0.75, 1.25);
    }

    [Theory]
    [InlineData("hvae", "[40, 40]", "[[300, 300], [300, 300]]")]
    [InlineData("vae", "[40, 20]", "[[300, 300], [100, 100]]")]
    [InlineData("ladder", "[40, 20]", "[[300, 300], [100, 100]]")]
    public void Every_family_has_a_cost_that_grows_with_gates_samples_and_pseudo_inputs(
        string family, string layers, string hidden)
    {
        var plain = TrialConfigJson.Parse(SweepFile.Parse(
            $"name: a\nmodel: {{ family: {family}, layers: {layers}, hidden: {hidden} }}\nseeds: 1").Expand()
                .Single().ConfigJson);

        var work = TrialCost.Of(plain).PerEpoch;

        Assert.True(work > 0);
        Assert.True(TrialCost.Of(plain with { Model = plain.Model with { Activation = "gated" } }).PerEpoch > 1.2 * work);
        Assert.True(TrialCost.Of(plain with { Objective = plain.Objective with { K = 5 } }).PerEpoch > 1.5 * work);
        Assert.True(TrialCost.Of(plain with { Model = plain.Model with { Prior = "vampprior", PseudoInputs = 500 } }).PerEpoch
            > 1.2 * work);
    }

    [Fact]
    public void A_phase_with_more_samples_costs_more_for_its_epochs()
    {
        var trial = SweepFile.Parse("name: a\ntrain: { epochs: 2, phases: [{ epochs: 2, objective.k: 10 }] }\nseeds: 1")
            .Expand().Single();
        var config = TrialConfigJson.Parse(trial.ConfigJson);
        var first = config with { Train = config.Train with { Phases = [] } };

        var both = TrialCost.Of(config).PerEpoch;

        var second = TrialCost.Of(first with { Objective = first.Objective with { K = 10 } }).PerEpoch;
        Assert.Equal((TrialCost.Of(first).PerEpoch + second) / 2, both, both * 1e-9);
    }

    [Fact]
    public void Batch_norm_takes_the_place_of_biases_and_has_buffers()
    {
        var plain = TrialCost.Of(ConfigSchema.Defaults);
        var normalised = TrialCost.Of(ConfigSchema.Defaults with { Model = new ModelConfig { BatchNorm = true } });

        Assert.Equal(plain.Parameters + 800, normalised.Parameters);
        Assert.Equal(1600, normalised.Buffers);
    }

    [Fact]
    public void The_log_likelihood_costs_a_decoder_pass_for_each_sample_and_image()
    {
        var config = ConfigSchema.Defaults with { Dataset = new DatasetConfig { Test = 10 },
            Evaluate = new EvaluateConfig { ImportanceSamples = 7 } };

        var cost = TrialCost.Of(config);

        const double Encoder = (784 * 200) + (200 * 200) + (200 * 100);
        const double Decoder = (50 * 200) + (200 * 200) + (200 * 784);
        var fewer = TrialCost.Of(config with { Evaluate = new EvaluateConfig { ImportanceSamples = 6 } });
        Assert.Equal(10 * Decoder, cost.Evaluation - fewer.Evaluation, 1.0);
        Assert.InRange(cost.Evaluation, 10 * 7 * Decoder, 10 * (Encoder + (7 * Decoder)));
    }

    [Fact]
    public void Without_history_the_time_is_a_guess_and_says_so()
    {
        var estimate = PlanEstimate.Of(_trials, 2, devices: 1, [], 1e9);

        var work = _trials.Sum(trial => TrialCost.Of(TrialConfigJson.Parse(trial.ConfigJson)).PerEpoch * 10);
        Assert.Equal(2 + (work / 1e9), estimate.DeviceTime!.Value.TotalSeconds, 1e-6);
        Assert.Equal(estimate.DeviceTime, estimate.WallTime);
        Assert.Equal(0, estimate.Measured);
        Assert.StartsWith("A guess", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_of_no_work_still_takes_the_start_of_its_devices()
    {
        var estimate = PlanEstimate.Of(_trials, 2, devices: 2, [], 1e30);

        Assert.Equal(PlanEstimate.StartUp.TotalSeconds, estimate.WallTime!.Value.TotalSeconds, 1e-6);
        Assert.Equal(PlanEstimate.StartUp.TotalSeconds, estimate.DeviceTime!.Value.TotalSeconds, 1e-6);
    }

    [Theory]
    [InlineData("objective: { bound: iwae, k: 5 }", "objective: { bound: iwae, mc_samples: 5 }")]
    [InlineData("objective: { bound: iwae, k: 6 }", "objective: { bound: iwae, k: 2, mc_samples: 3 }")]
    [InlineData("train: { epochs: 2, phases: [{ epochs: 2, objective.k: 6 }] }",
        "train: { epochs: 2, phases: [{ epochs: 2, objective.bound: iwae, objective.k: 2, objective.mc_samples: 3 }] }")]
    public void Samples_cost_the_same_however_they_are_averaged(string samples, string estimates)
    {
        double Cost(string part) =>
            TrialCost.Of(TrialConfigJson.Parse(SweepFile.Parse($"name: a\n{part}").Expand().Single().ConfigJson)).PerEpoch;

        Assert.Equal(Cost(samples), Cost(estimates), 1e-6 * Cost(samples));
    }

    [Fact]
    public void Where_nothing_is_known_no_time_is_given()
    {
        var estimate = PlanEstimate.Of(_trials, 2, devices: 1, [], assumedRate: null);

        Assert.Null(estimate.DeviceTime);
        Assert.Null(estimate.WallTime);
        Assert.True(estimate.ModelBytes > 0);
        Assert.StartsWith("No time", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_were_timed_take_their_time_and_scale_the_others()
    {
        var ratio = TrialCost.Of(TrialConfigJson.Parse(_trials[1].ConfigJson)).PerEpoch
            / TrialCost.Of(TrialConfigJson.Parse(_trials[0].ConfigJson)).PerEpoch;

        var estimate = PlanEstimate.Of(_trials, 2, devices: 2, [new KnownRate(_trials[0].ConfigJson, 2)], 1e9);

        Assert.Equal(2 + ((2 + (2 * ratio)) * 10), estimate.DeviceTime!.Value.TotalSeconds, 1e-6);
        Assert.Equal(0.5, estimate.Measured);
        Assert.EndsWith("as in 1 earlier trial.", estimate.Basis, StringComparison.Ordinal);

        // The longer trial alone takes more than half of the sum.
        Assert.Equal(2 + (2 * ratio * 10), estimate.WallTime!.Value.TotalSeconds, 1e-6);
    }

    [Fact]
    public void A_large_sweep_is_estimated_from_some_of_its_trials()
    {
        var sweep = SweepFile.Parse("name: a\nparameters: { objective.beta: { range: [1, 50000] } }");

        var estimate = PlanEstimate.Of(sweep.Expand(), sweep.Count(), devices: 1, [], 1e9);
        var single = PlanEstimate.Of(sweep.Expand().Take(1), 1, devices: 1, [], 1e9);

        Assert.Equal(50_000, estimate.Trials);
        Assert.Equal((single.DeviceTime!.Value.TotalSeconds - 2) * 50_000, estimate.DeviceTime!.Value.TotalSeconds,
            1e-3 * estimate.DeviceTime.Value.TotalSeconds);
        Assert.Contains("One trial in 2", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_run_takes_no_time()
    {
        var estimate = PlanEstimate.Of([], 0, devices: 1, [], assumedRate: null);

        Assert.Equal(TimeSpan.Zero, estimate.WallTime);
        Assert.Equal(0, estimate.PeakBytes);
    }
}
