namespace VaeSweep.Sweeps;

/// <summary>What is known of a prior before it is built: what it goes with and what it costs.</summary>
/// <param name="Name">`model.prior` of the sweep file.</param>
public sealed record PriorFacts(string Name)
{
    /// <summary>It is N(0, I): the KL of a Gaussian posterior has its closed form, unit by unit.</summary>
    public bool Standard { get; init; }

    /// <summary>What it mixes, `model.pseudo_inputs` of them.</summary>
    public PriorComponents Components { get; init; }

    /// <summary>It mixes q(z|.) of pseudo-inputs, so that it needs an encoder up to the top layer.</summary>
    public bool OfEncoder => Components is PriorComponents.PseudoInputs or PriorComponents.TrainingImages;
}
