namespace VaeSweep.Models.Tests;

/// <summary>One training step of every kind of model against PyTorch's float64 numbers.</summary>
public sealed class StepGoldenTests : TensorTest
{
    public static IReadOnlyList<StepCase> All { get; } =
        [.. new[] { "steps.json", "priors.json", "layers.json", "posteriors.json", "options.json" }
            .SelectMany(Golden.Read<List<StepCase>>)];

    public static TheoryData<string, bool> Cases()
    {
        var data = new TheoryData<string, bool>();
        foreach (var golden in All)
        {
            data.Add(golden.Name, true);
            data.Add(golden.Name, false);
        }

        return data;
    }

    public static TheoryData<string, bool, bool> Steps()
    {
        var data = new TheoryData<string, bool, bool>();
        foreach (var (name, doubles) in Cases().Select(row => row.Data))
        {
            data.Add(name, doubles, true);
            data.Add(name, doubles, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_gives_the_reference_values_gradients_and_running_statistics_with_a_tape_and_without(
        string name, bool doubles, bool taped)
    {
        var golden = All.Single(c => c.Name == name);
        var (dtype, tolerance) = doubles ? (ScalarType.Float64, 1e-9) : (ScalarType.Float32, 5e-5);
        using var model = golden.Build(dtype);

        var terms = PackTests.StepAndGradients(
            model, golden.X.On(dtype), Of(golden.Beta, dtype), [.. golden.Eps.Select(e => e.On(dtype))], taped);

        Near.Equal([-golden.Objective.Sum()], terms.Loss, tolerance, "loss");
        Near.Equal(golden.Objective, terms.Objective, tolerance, "objective");
        Near.Equal(golden.Elbo, terms.Elbo, tolerance, "elbo");
        Near.Equal(golden.Recon, terms.Recon, tolerance, "recon");
        Near.Equal(golden.Kl, terms.Kl, tolerance, "kl");
        foreach (var (parameter, tensor) in model.Parameters)
            Near.Equal(golden.Gradients[parameter].Values, tensor.grad!, tolerance, $"gradient of {parameter}");

        foreach (var (buffer, tensor) in model.Buffers)
            Near.Equal(golden.BuffersAfter[buffer].Values, tensor, tolerance, buffer);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluation_gives_the_reference_bounds_and_leaves_running_statistics_alone(string name, bool doubles)
    {
        var golden = All.Single(c => c.Name == name);
        var (dtype, tolerance) = doubles ? (ScalarType.Float64, 1e-9) : (ScalarType.Float32, 5e-5);
        using var model = golden.Build(dtype, afterStep: true);
        var x = golden.X.On(dtype);

        var bound = model.EvaluateBound(x, [.. golden.Evaluation.Eps.Select(e => e.On(dtype))]);
        var means = golden.Config.Posterior is "planar" or "coupling" ? MeanOfReferenceDraws(model, x) : model.PosteriorMeans(x);

        Near.Equal(golden.Evaluation.Elbo.Values, bound.Elbo, tolerance, "elbo");
        Near.Equal(golden.Evaluation.Recon.Values, bound.Recon, tolerance, "recon");
        Near.Equal(golden.Evaluation.Kl.Values, bound.Kl, tolerance, "kl");
        Near.Equal(golden.Evaluation.Bound.Values, bound.Importance, tolerance, "L_K");
        Near.Equal([golden.Evaluation.Kl.Values.Average()], [bound.KlLayers.Sum(layer => Near.Numbers(layer).Average())],
            tolerance, "KL of layers");
        Assert.Equal(golden.Config.Layers, model.LatentSizes);
        for (var layer = 0; layer < golden.Config.Layers.Length; layer++)
        {
            Near.Equal(golden.Evaluation.PosteriorMeans[layer].Values, means[layer], tolerance,
                $"posterior mean of layer {layer}");
            Assert.Equal(golden.Evaluation.KlUnits[layer] is null, bound.KlUnits[layer] is null);
            if (golden.Evaluation.KlUnits[layer] is { } units)
                Near.Equal(units.Values, bound.KlUnits[layer]!, tolerance, $"KL of units of layer {layer}");
        }

        Assert.True(model.Training);
        foreach (var (buffer, tensor) in model.Buffers)
            Near.Equal(golden.BuffersAfter[buffer].Values, tensor, 1e-7, buffer);
    }

    public static TheoryData<string> Names() => new(All.Select(golden => golden.Name));

    /// <summary>Eleven samples in chunks of four, so that the last is smaller; the noise is that of PyTorch's
    /// generators.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_streamed_log_likelihood_is_the_reference_s_L_S_of_the_same_noise(string name)
    {
        var golden = All.Single(c => c.Name == name);
        using var model = golden.Build(ScalarType.Float64, afterStep: true);
        var generators = Enumerable.Range(1001, golden.Trials).Select(seed => new Generator((ulong)seed)).ToArray();
        IReadOnlyList<Tensor> Draw(int k) =>
            [.. model.NoiseShapes((int)golden.X.Shape[1], k).Select(shape => PyTorchNoise.Normal(shape, generators))];

        var likelihood = model.LogLikelihood(golden.X.On(ScalarType.Float64), samples: 11, Draw, chunk: 4);

        Near.Equal(golden.Evaluation.Likelihood.Values, likelihood, 1e-9, "L_S");
    }

    /// <summary>Of the antithetic pairs that the reference draws for the means of flows, where
    /// <see cref="PackModel.PosteriorMeans(Tensor)"/> draws others.</summary>
    private static IReadOnlyList<Tensor> MeanOfReferenceDraws(PackModel model, Tensor x)
    {
        const int Pairs = 16;
        var (trials, batch, latent) = (x.size(0), x.size(1), model.LatentSizes[0]);
        var half = PyTorchNoise.Normal([1, Pairs, 1, latent], [new Generator(20160601)]);
        var noise = torch.cat([half, -half], 1).expand([trials, -1, batch, -1]).reshape([trials, 2 * Pairs * batch, latent]);
        return [model.PosteriorSamples(x, [noise.to(x.dtype)])[0].view([trials, 2 * Pairs, batch, latent]).mean([1])];
    }

    internal static Tensor Of(double[] values, ScalarType dtype) => torch.tensor(values, [values.Length]).to(dtype);
}
