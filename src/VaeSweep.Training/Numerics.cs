namespace VaeSweep.Training;

/// <summary>Which numbers this program computes.</summary>
public static class Numerics
{
    /// <summary>Raised whenever a change of the program changes a bit of what some trial computes: its noise, order, initial
    /// weights, steps or measurements. A sweep is trained by one number, and a checkpoint is continued by the one that wrote
    /// it.</summary>
    /// <remarks>1 was the first on TorchSharp, 2 has kernels for flows and for pairs of Gaussians, 3 for a step's last sums;
    /// checkpoints of before have 0. A test holds it against a short training's bits.</remarks>
    public const int Number = 3;
}
