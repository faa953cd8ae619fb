using VaeSweep.Models.Decoders;
using VaeSweep.Models.Layers;

namespace VaeSweep.Models.Tests;

/// <summary>Log-densities of the decoders at ordinary and at extreme arguments.</summary>
public sealed class DensityTests : TensorTest
{
    private static readonly GoldenDensities Golden = Tests.Golden.Read<GoldenDensities>("densities.json");

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("gaussian")]
    [InlineData("gaussian_softplus")]
    public void A_decoder_scores_images_as_the_reference_does(string decoder)
    {
        var (inputs, image, expected) = decoder switch
        {
            "bernoulli" => ((IReadOnlyList<GoldenTensor>)[Golden.Logits], Golden.Bits, Golden.Bernoulli),
            "gaussian" => ([Golden.Mean, Golden.Raw], Golden.Grey, Golden.Gaussian),
            _ => ([Golden.Mean, Golden.Raw], Golden.Grey, Golden.GaussianSoftplus),
        };
        using var parameters = new ParameterSet([0], InitialisationKinds.Registry["xavier_normal"], Device.CPU, ScalarType.Float64);
        var pixels = (int)image.Shape[2];
        var output = DecoderKinds.Registry[decoder](new DecoderContext(parameters, pixels * inputs.Count, pixels, TrainingMean: null));
        SelectInputs(parameters, pixels);
        var features = torch.cat([.. inputs.Select(input => input.On(ScalarType.Float64))], 2);

        var score = output.LogLikelihood(features, image.On(ScalarType.Float64));

        Near.Equal(expected, score, 1e-10, decoder);
        parameters.DisposeTensors();
    }

    [Fact]
    public void A_Bernoulli_score_in_float32_stays_finite_where_a_clipped_or_plain_probability_would_not()
    {
        var logits = Golden.Logits.On(ScalarType.Float32);

        var score = fused.bernoulli_log_prob(logits, Golden.Bits.On(ScalarType.Float32));

        Near.Equal(Golden.Bernoulli, score, 1e-6, "bernoulli");
    }

    /// <summary>Makes head i copy the i-th group of features.</summary>
    private static void SelectInputs(ParameterSet parameters, int pixels)
    {
        using var noGrad = torch.no_grad();
        var weights = parameters.Parameters.Where(p => p.Name.EndsWith("weight", StringComparison.Ordinal)).ToList();
        for (var head = 0; head < weights.Count; head++)
        {
            weights[head].Tensor.zero_();
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                weights[head].Tensor.select(0, 0).select(0, head * pixels + pixel).select(0, pixel).fill_(1);
            }
        }
    }

    private sealed record GoldenDensities(
        GoldenTensor Logits, GoldenTensor Raw, GoldenTensor Mean, GoldenTensor Bits, GoldenTensor Grey, double[] Bernoulli, double[] Gaussian,
        double[] GaussianSoftplus);
}
