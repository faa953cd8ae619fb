namespace VaeSweep.Models.Priors;

/// <summary>Where the pseudo-inputs of a VampPrior come from.</summary>
internal static class PseudoInputs
{
    private const string Name = "prior.pseudo_inputs";

    /// <summary>Of the noise on images that pseudo-inputs start from, as in the published code.</summary>
    private const double StartNoise = 0.01;

    /// <summary>[M, C, D] that are trained, by where they start.</summary>
    public static Registry<Func<PriorContext, Tensor>> InitKinds { get; } =
        new("start of pseudo-inputs", new Dictionary<string, Func<PriorContext, Tensor>>
    {
        ["normal"] = AroundBrightness,
        ["data"] = AtImages,
    });

    /// <summary>[M, C, D], the first C training images that were given, fixed.</summary>
    /// <exception cref="ArgumentException">Too few images were given.</exception>
    public static Tensor FromData(PriorContext context)
    {
        using var images = FirstImages(context);
        return context.Parameters.Buffer(Name, images.shape, (slice, _) => slice.copy_(images));
    }

    private static Tensor AroundBrightness(PriorContext context) =>
        context.Parameters.Parameter(Name, [context.Config.PseudoInputs, context.Inputs],
        (slice, stream) => slice.normal_(context.Data.PseudoInputMean, context.Data.PseudoInputDeviation, stream));

    /// <remarks>The published code's use_training_data_init. Where noise takes a pixel below 0 or above 1 it is clamped and has
    /// no gradient.</remarks>
    private static Tensor AtImages(PriorContext context)
    {
        using var images = FirstImages(context);
        return context.Parameters.Parameter(
            Name, images.shape, (slice, stream) => slice.normal_(0, StartNoise, stream).add_(images));
    }

    private static Tensor FirstImages(PriorContext context)
    {
        var count = context.Config.PseudoInputs;
        var images = context.Data.PseudoImages ?? [];
        if (images.Length < (long)count * context.Inputs)
        {
            throw new ArgumentException(
                $"model.prior {context.Config.Prior} with model.pseudo_inputs {count} starts from as many training images of " +
                $"{context.Inputs} pixels; {images.Length / context.Inputs} were given.");
        }

        return torch.tensor(images[..(count * context.Inputs)], [count, context.Inputs]);
    }
}
