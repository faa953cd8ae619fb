namespace VaeSweep.Sweeps;

/// <summary>What a prior is a mixture of.</summary>
public enum PriorComponents
{
    /// <summary>It is no mixture.</summary>
    None,

    /// <summary>Gaussians of its own.</summary>
    Gaussians,

    /// <summary>q(z|u) of pseudo-inputs that are learnt.</summary>
    PseudoInputs,

    /// <summary>q(z|u) of pseudo-inputs that are training images.</summary>
    TrainingImages,
}
