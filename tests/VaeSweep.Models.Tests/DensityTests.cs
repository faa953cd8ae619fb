using VaeSweep.Models.Decoders;
using VaeSweep.Models.Layers;

namespace VaeSweep.Models.Tests;

/// <summary>Log-densities of the decoders at ordinary and at extreme arguments.</summary>
public sealed class DensityTests : TensorTest
{
    private static readonly GoldenDensities _golden = Tests.Golden.Read<GoldenDensities>("densities.json");

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("gaussian")]
    [InlineData("gaussian_softplus")]
    [InlineData("logistic")]
    [InlineData("logistic", true)]
    public void A_decoder_scores_images_as_the_reference_does(string decoder, bool openBins = false)
    {
        var (inputs, image, expected) = decoder switch
        {
            "bernoulli" => ((IReadOnlyList<GoldenTensor>)[_golden.Logits], _golden.Bits, _golden.Bernoulli),
            "gaussian" => ([_golden.Mean, _golden.Raw], _golden.Grey, _golden.Gaussian),
            "gaussian_softplus" => ([_golden.Mean, _golden.Raw], _golden.Grey, _golden.GaussianSoftplus),
            _ => ([_golden.Mean, _golden.Raw], _golden.Pixels, openBins ? _golden.LogisticOpen : _golden.Logistic),
        };
        using var parameters = Parameters();
        var pixels = (int)image.Shape[2];
        var output = DecoderKinds.Registry[decoder](
            new DecoderContext(parameters, new ModelConfig { OpenBins = openBins }, pixels * inputs.Count, pixels,
                TrainingMean: null));
        SelectInputs(parameters, pixels);
        var features = torch.cat([.. inputs.Select(input => input.On(ScalarType.Float64))], 2);

        var score = output.LogLikelihood(features, image.On(ScalarType.Float64));

        Near.Equal(expected, score, 1e-10, decoder);
    }

    [Fact]
    public void A_Bernoulli_score_in_float32_stays_finite_where_a_clipped_or_plain_probability_would_not()
    {
        var logits = _golden.Logits.On(ScalarType.Float32);

        var score = fused.bernoulli_log_prob(logits, _golden.Bits.On(ScalarType.Float32));

        Near.Equal(_golden.Bernoulli, score, 1e-6, "bernoulli");
    }

    [Theory]
    [InlineData(true, 0.3, -2.0)]
    [InlineData(true, 0.0, -4.5)]
    [InlineData(true, 1.0, 0.0)]
    [InlineData(false, 0.5, -4.0)]
    [InlineData(false, 0.02, -1.0)]
    public void The_probabilities_of_all_grey_values_add_up_to_one_with_open_bins_and_to_less_without(
        bool openBins, double mean, double logScale)
    {
        using var parameters = Parameters();
        var output = Build(parameters, openBins);
        using (no_grad())
        {
            parameters.Parameters.Single(p =>
                p.Name == "decoder.mean.bias").Tensor.fill_(Math.Log(mean + 1e-9) - Math.Log(1 - mean + 1e-9));
            parameters.Parameters.Single(p => p.Name == "decoder.logscale.bias").Tensor.fill_(logScale);
        }

        var values = torch.arange(0, 256, 1, ScalarType.Float64).view([1, 256, 1]) / 255;
        var total = Near.Numbers(output.LogLikelihood(torch.zeros([1, 256, 1], ScalarType.Float64), values).exp().sum())[0];

        var m = Math.Clamp(mean, 1.0 / 512, 511.0 / 512);
        var inside = Logistic((1 - m) / Math.Exp(logScale)) - Logistic(-m / Math.Exp(logScale));
        // The published floor of 1e-7 is in each of 256 values.
        Assert.Equal(openBins ? 1 : inside + 256e-7, total, 1e-9);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void A_grey_value_is_the_same_however_it_was_scaled(double within)
    {
        using var parameters = Parameters();
        var output = Build(parameters, openBins: false);
        var grey = torch.arange(0, 256, 1, ScalarType.Float32).view([1, 256, 1]);
        var features = torch.zeros([1, 256, 1], ScalarType.Float64);

        var expected = output.LogLikelihood(features, (grey / 255).to(ScalarType.Float64));
        var actual = output.LogLikelihood(features, ((grey + within) / 256).to(ScalarType.Float64));

        Assert.Equal(Near.Numbers(expected), Near.Numbers(actual));
    }

    private static ParameterSet Parameters() => new([0], InitialisationKinds.Registry["xavier_normal"], CPU, ScalarType.Float64);

    /// <summary>Of one pixel and one feature.</summary>
    private static LogisticDecoder Build(ParameterSet parameters, bool openBins) =>
        new(new DecoderContext(parameters, new ModelConfig(), Features: 1, Inputs: 1, TrainingMean: null), openBins);

    private static double Logistic(double a) => 1 / (1 + Math.Exp(-a));

    /// <summary>Makes head i copy the i-th group of features.</summary>
    private static void SelectInputs(ParameterSet parameters, int pixels)
    {
        using var noGrad = no_grad();
        var weights = parameters.Parameters.Where(p => p.Name.EndsWith("weight", StringComparison.Ordinal)).ToList();
        for (var head = 0; head < weights.Count; head++)
        {
            weights[head].Tensor.zero_();
            for (var pixel = 0; pixel < pixels; pixel++)
                weights[head].Tensor.select(0, 0).select(0, head * pixels + pixel).select(0, pixel).fill_(1);
        }
    }

    private sealed record GoldenDensities(
        GoldenTensor Logits, GoldenTensor Raw, GoldenTensor Mean, GoldenTensor Bits, GoldenTensor Grey, double[] Bernoulli,
        double[] Gaussian,
        double[] GaussianSoftplus, GoldenTensor Pixels, double[] Logistic, double[] LogisticOpen);
}
