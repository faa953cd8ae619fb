using VaeSweep.Models.Layers;

namespace VaeSweep.Models.Decoders;

/// <summary>p(x|z) from the decoder's last hidden layer.</summary>
internal interface IDecoder
{
    /// <param name="features">[M, K*B, H].</param>
    /// <param name="x">[M, B, D].</param>
    /// <returns>log p(x|z) summed over pixels, [M, K*B].</returns>
    Tensor LogLikelihood(Tensor features, Tensor x);

    /// <returns>E[x|z], [M, R, D].</returns>
    Tensor Mean(Tensor features);
}

/// <summary>What a decoder is built from.</summary>
/// <param name="Features">H, width of the last hidden layer.</param>
/// <param name="Inputs">D.</param>
/// <param name="TrainingMean">[D], mean of the training images where output biases start at it; null where they start at
/// zero.</param>
internal sealed record DecoderContext(
    ParameterSet Parameters, ModelConfig Config, int Features, int Inputs, float[]? TrainingMean);

/// <summary>Output distributions, each in its own file.</summary>
internal static class DecoderKinds
{
    public static Registry<Func<DecoderContext, IDecoder>> Registry { get; } =
        Kinds.Of<DecoderContext, IDecoder>("decoder", "model.decoder");
}
