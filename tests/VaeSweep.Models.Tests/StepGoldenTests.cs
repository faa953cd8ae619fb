namespace VaeSweep.Models.Tests;

/// <summary>One training step of every kind of model against PyTorch's float64 numbers.</summary>
public sealed class StepGoldenTests : TensorTest
{
    public static IReadOnlyList<StepCase> All { get; } = [.. new[] { "steps.json", "priors.json", "layers.json", "posteriors.json", "options.json" }.SelectMany(Golden.Read<List<StepCase>>)];

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

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_gives_the_reference_values_gradients_and_running_statistics(string name, bool doubles)
    {
        var golden = All.Single(c => c.Name == name);
        var (dtype, tolerance) = doubles ? (ScalarType.Float64, 1e-9) : (ScalarType.Float32, 5e-5);
        using var model = golden.Build(dtype);

        var terms = model.Step(golden.X.On(dtype), Of(golden.Beta, dtype), [.. golden.Eps.Select(e => e.On(dtype))]);
        terms.Loss.backward();

        Near.Equal([-golden.Objective.Sum()], terms.Loss, tolerance, "loss");
        Near.Equal(golden.Objective, terms.Objective, tolerance, "objective");
        Near.Equal(golden.Elbo, terms.Elbo, tolerance, "elbo");
        Near.Equal(golden.Recon, terms.Recon, tolerance, "recon");
        Near.Equal(golden.Kl, terms.Kl, tolerance, "kl");
        foreach (var (parameter, tensor) in model.Parameters)
        {
            Near.Equal(golden.Gradients[parameter].Values, tensor.grad!, tolerance, $"gradient of {parameter}");
        }

        foreach (var (buffer, tensor) in model.Buffers)
        {
            Near.Equal(golden.BuffersAfter[buffer].Values, tensor, tolerance, buffer);
        }
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
        var means = model.PosteriorMeans(x);

        Near.Equal(golden.Evaluation.Elbo.Values, bound.Elbo, tolerance, "elbo");
        Near.Equal(golden.Evaluation.Recon.Values, bound.Recon, tolerance, "recon");
        Near.Equal(golden.Evaluation.Kl.Values, bound.Kl, tolerance, "kl");
        Near.Equal(golden.Evaluation.Bound.Values, bound.Importance, tolerance, "L_K");
        Near.Equal([golden.Evaluation.Kl.Values.Average()], [bound.KlLayers.Sum(layer => Near.Numbers(layer).Average())], tolerance, "KL of layers");
        Assert.Equal(golden.Config.Layers, model.LatentSizes);
        for (var layer = 0; layer < golden.Config.Layers.Length; layer++)
        {
            Near.Equal(golden.Evaluation.PosteriorMeans[layer].Values, means[layer], tolerance, $"posterior mean of layer {layer}");
            Assert.Equal(golden.Evaluation.KlUnits[layer] is null, bound.KlUnits[layer] is null);
            if (golden.Evaluation.KlUnits[layer] is { } units)
            {
                Near.Equal(units.Values, bound.KlUnits[layer]!, tolerance, $"KL of units of layer {layer}");
            }
        }

        Assert.True(model.Training);
        foreach (var (buffer, tensor) in model.Buffers)
        {
            Near.Equal(golden.BuffersAfter[buffer].Values, tensor, 1e-7, buffer);
        }
    }

    public static TheoryData<string> Names() => new(All.Select(golden => golden.Name));

    /// <summary>Eleven samples in chunks of four, so that the last is smaller; the streams draw what PyTorch's generators of the same seeds do.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_streamed_log_likelihood_is_the_reference_s_L_S_of_the_same_noise(string name)
    {
        var golden = All.Single(c => c.Name == name);
        using var model = golden.Build(ScalarType.Float64, afterStep: true);

        var likelihood = model.LogLikelihood(golden.X.On(ScalarType.Float64), samples: 11, PackTests.Streams([.. Enumerable.Range(1, golden.Beta.Length).Select(m => (long)m)]), chunk: 4);

        Near.Equal(golden.Evaluation.Likelihood.Values, likelihood, 1e-9, "L_S");
    }

    internal static Tensor Of(double[] values, ScalarType dtype) => torch.tensor(values, [values.Length]).to(dtype);
}
