namespace VaeSweep.Training;

/// <summary>q of one stochastic layer for each of some images.</summary>
/// <param name="Units">Z.</param>
/// <param name="Means">[images, Z], row-major.</param>
/// <param name="LogVars">[images, Z], log of the variance.</param>
public sealed record LayerPosterior(int Units, float[] Means, float[] LogVars);
