namespace VaeSweep.Torch.Kernels;

/// <summary>Two diagonal Gaussians, entry by entry; or their gradients, null where they are not wanted.</summary>
public readonly unsafe struct GaussianPair
{
    /// <summary>Of the first.</summary>
    public float* Mean { get; init; }

    /// <summary>Logarithms of the first one's variances.</summary>
    public float* LogVar { get; init; }

    /// <summary>Of the second.</summary>
    public float* OtherMean { get; init; }

    /// <summary>Logarithms of the second one's variances.</summary>
    public float* OtherLogVar { get; init; }
}
