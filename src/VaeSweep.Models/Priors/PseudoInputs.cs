namespace VaeSweep.Models.Priors;

/// <summary>Where the pseudo-inputs of a VampPrior come from.</summary>
internal static class PseudoInputs
{
    private const string Name = "prior.pseudo_inputs";

    /// <summary>[M, C, D], trained from a normal start around the images' usual brightness.</summary>
    public static Tensor Learnt(PriorContext context) => context.Parameters.Parameter(Name, [context.Config.PseudoInputs, context.Inputs],
        (slice, stream) => slice.normal_(context.Data.PseudoInputMean, context.Data.PseudoInputDeviation, stream));

    /// <summary>[M, C, D], the first C training images that were given, fixed.</summary>
    /// <exception cref="ArgumentException">Too few images were given.</exception>
    public static Tensor FromData(PriorContext context)
    {
        var count = context.Config.PseudoInputs;
        var images = context.Data.PseudoImages ?? [];
        if (images.Length < (long)count * context.Inputs)
        {
            throw new ArgumentException($"model.prior vampprior_data with model.pseudo_inputs {count} needs as many training images of {context.Inputs} " +
                $"pixels; {images.Length / context.Inputs} were given.");
        }

        using var values = torch.tensor(images[..(count * context.Inputs)], [count, context.Inputs]);
        return context.Parameters.Buffer(Name, [count, context.Inputs], (slice, _) => slice.copy_(values));
    }
}
