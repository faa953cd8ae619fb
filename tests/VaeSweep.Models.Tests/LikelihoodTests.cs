using VaeSweep.Models.Evaluation;

namespace VaeSweep.Models.Tests;

/// <summary>The importance-sampled log-likelihood, against closed forms and against its own definition.</summary>
public sealed class LikelihoodTests : TensorTest
{
    private static readonly LinearGaussian _golden = Tests.Golden.Read<LinearGaussian>("linear_gaussian.json");

    [Fact]
    public void Importance_sampling_finds_the_log_likelihood_of_a_linear_Gaussian_model()
    {
        using var model = Build();
        var x = _golden.X.On(ScalarType.Float64);

        var estimate = model.LogLikelihood(x, samples: 20_000, PackTests.Streams([1]));

        Near.Equal(_golden.LogLikelihood, estimate, 0.01, "log p(x)");
    }

    [Fact]
    public void The_bound_rises_with_the_number_of_samples_and_stays_below_the_likelihood()
    {
        using var model = Build();
        var x = _golden.X.On(ScalarType.Float64);
        var truth = _golden.LogLikelihood.Average();
        var streams = PackTests.Streams([2]);

        double MeanBound(int samples) => Enumerable.Range(0, 400)
            .Average(_ => Near.Numbers(model.LogLikelihood(x, samples, streams)).Average());
        var bounds = new[] { 1, 5, 50 }.Select(MeanBound).ToArray();

        Assert.True(bounds[0] < bounds[1] && bounds[1] < bounds[2], $"L_1, L_5, L_50: {string.Join(", ", bounds)}");
        Assert.True(bounds[2] < truth + 0.005, $"L_50 {bounds[2]} above log p(x) {truth}");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(3)]
    [InlineData(1)]
    public void A_streamed_log_mean_exp_equals_the_whole_one_whatever_the_chunks(int chunk)
    {
        var stream = new NoiseStream(3);
        var values = stream.randn([2, 7, 4], ScalarType.Float64) * 300 - 5000;
        using var streamed = new StreamedLogMeanExp();

        for (var done = 0; done < 7; done += chunk)
            streamed.Add(values.narrow(1, done, Math.Min(chunk, 7 - done)));

        Near.Equal(Near.Numbers(values.logsumexp(1) - Math.Log(7)), streamed.Result(), 1e-13, "log-mean-exp");
    }

    [Fact]
    public void Weights_of_zero_count_as_zero_and_do_not_make_a_NaN()
    {
        using var streamed = new StreamedLogMeanExp();
        var zero = torch.full([1, 2, 1], double.NegativeInfinity, ScalarType.Float64);

        streamed.Add(zero);
        streamed.Add(torch.zeros([1, 2, 1], ScalarType.Float64));

        Near.Equal([Math.Log(0.5)], streamed.Result(), 1e-14, "log-mean-exp");
    }

    [Fact]
    public void With_one_sample_the_importance_weighted_bound_is_the_one_sample_ELBO_and_agrees_with_the_closed_form_on_average()
    {
        using var model = Build();
        var x = _golden.X.On(ScalarType.Float64);
        var streams = PackTests.Streams([4]);

        var (oneSample, closed) = (0.0, 0.0);
        const int draws = 4000;
        var bound = model.EvaluateBound(x.repeat([1, draws, 1]), model.DrawNoise(4 * draws, 1, streams));
        oneSample = Near.Numbers(bound.Importance).Average();
        closed = Near.Numbers(bound.Elbo).Average();

        Assert.Equal(closed, oneSample, 0.05);
        Assert.NotEqual(closed, oneSample);
    }

    [Fact]
    public void Too_few_samples_and_a_pack_without_a_stream_for_each_trial_are_refused()
    {
        using var model = Build();
        var x = _golden.X.On(ScalarType.Float64);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.LogLikelihood(x, 0, PackTests.Streams([1])));
        var error = Assert.Throws<TorchException>(() => model.LogLikelihood(x, 5, PackTests.Streams([1, 2])));
        Assert.Contains("2 streams were given for a tensor [1, 20, 2]", error.Message, StringComparison.Ordinal);
    }

    /// <summary>x = W z + b + noise, with the exact posterior mean and its variances as the proposal.</summary>
    private static PackModel Build()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[]], Decoder = "gaussian_softplus" };
        var model = PackTests.Build(config, new ObjectiveConfig(), [0], inputs: 5, ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (name, tensor) in model.Parameters)
        {
            var golden = name switch
            {
                "encoder.mean.weight" => _golden.EncoderWeight,
                "encoder.mean.bias" => _golden.EncoderBias,
                "encoder.logvar.bias" => _golden.EncoderLogvar,
                "decoder.mean.weight" => _golden.DecoderWeight,
                "decoder.mean.bias" => _golden.DecoderBias,
                "decoder.variance.bias" => _golden.VarianceBias,
                _ => null,
            };
            _ = golden is null ? tensor.zero_() : tensor.copy_(golden.On(ScalarType.Float64));
        }

        return model;
    }

    private sealed record LinearGaussian(
        GoldenTensor DecoderWeight, GoldenTensor DecoderBias, GoldenTensor VarianceBias, GoldenTensor EncoderWeight,
        GoldenTensor EncoderBias,
        GoldenTensor EncoderLogvar, GoldenTensor X, double[] LogLikelihood);
}
