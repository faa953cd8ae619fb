namespace VaeSweep.Models.Decoders;

/// <summary>Where the bias of an output layer starts when it starts at the training images' mean.</summary>
internal static class OutputBias
{
    /// <summary>Logit of the mean clipped to [0.001, 0.999]; null without a mean.</summary>
    /// <remarks>As the published code of Burda et al. 2016 has it.</remarks>
    public static float[]? Logit(float[]? mean) => mean?.Select(m => Math.Clamp(m, 0.001f, 0.999f))
        .Select(p => MathF.Log(p / (1 - p))).ToArray();
}
