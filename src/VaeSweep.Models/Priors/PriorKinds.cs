using VaeSweep.Models.Layers;
using VaeSweep.Models.Posteriors;

namespace VaeSweep.Models.Priors;

/// <summary>p(z) of the top stochastic layer.</summary>
internal interface IPrior
{
    /// <summary>It is N(0, I), so the KL of a Gaussian posterior has its closed form, unit by unit.</summary>
    bool IsStandard { get; }

    /// <summary>The density as the parameters are now; made once for a batch, however many samples it then scores.</summary>
    IDensity Prepare();

    /// <summary>Each trial's samples from its own stream.</summary>
    /// <returns>[M, count, Z].</returns>
    Tensor Sample(int count, IReadOnlyList<NoiseStream> streams);
}

/// <summary>A density over latents.</summary>
internal interface IDensity
{
    /// <returns>log p(z) of each row, [M, R, Z] to [M, R].</returns>
    Tensor LogDensity(Tensor z);
}

/// <summary>What a prior may be built from.</summary>
/// <param name="Encode">The model's encoder up to this layer, [M, C, D] to q(z|.): for priors made of pseudo-inputs.</param>
/// <param name="Inputs">D.</param>
/// <param name="Latent">Z.</param>
internal sealed record PriorContext(
    LayerContext Layers, ModelConfig Config, Func<Tensor, Gaussian> Encode, DataHints Data, int Inputs, int Latent)
{
    public ParameterSet Parameters => Layers.Parameters;

    /// <summary>In which mixtures are computed now: the model's own while it trains, float64 while it is evaluated.</summary>
    public ScalarType DensityType => Layers.Mode.Training ? Parameters.Dtype : ScalarType.Float64;
}

/// <summary>Priors of the top stochastic layer, each in its own file.</summary>
internal static class PriorKinds
{
    public static Registry<Func<PriorContext, IPrior>> Registry { get; } = Kinds.Of<PriorContext, IPrior>("prior", "model.prior");
}
