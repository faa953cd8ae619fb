namespace VaeSweep.Torch.Kernels;

/// <summary>Sizes of a dense layer of a pack: x [M, Rows, Inputs], w [M, Inputs, Outputs], b [M, 1, Outputs], y [M, Rows,
/// Outputs].</summary>
/// <param name="Trials">M.</param>
/// <param name="Rows">Of each trial: images, times samples where there are several.</param>
/// <param name="Inputs">Columns of x.</param>
/// <param name="Outputs">Columns of y.</param>
public readonly record struct DenseShape(int Trials, int Rows, int Inputs, int Outputs);
