using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>Costs whose gradient vanishes while the KL is below lambda nats, averaged over the minibatch, [M].</summary>
internal static class FreeBitsKinds
{
    public static Registry<Func<LatentSample, double, Tensor>> Registry { get; } = new("form of free bits",
        new Dictionary<string, Func<LatentSample, double, Tensor>>
        {
            ["units"] = (sample, lambda) => sample.Layers.Select(layer => OfUnits(layer, lambda)).Aggregate((a, b) => a + b),
            ["image"] = (sample, lambda) => (LatentCost.KlOfImages(sample) - lambda).clamp(min: 0).mean([1]),
        });

    /// <summary>The sum over units of max(lambda, KL averaged over the minibatch).</summary>
    /// <remarks>Kingma et al. 2016, appendix C.8.</remarks>
    private static Tensor OfUnits(LayerTerms layer, double lambda)
    {
        var units = LatentCost.MeanKlUnits(layer)
            ?? throw new InvalidOperationException(
                "free bits of units need a KL for each unit, which this prior or posterior does not have.");
        return units.clamp(min: lambda).sum([1]);
    }
}
