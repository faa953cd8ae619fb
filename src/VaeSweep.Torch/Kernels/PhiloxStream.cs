namespace VaeSweep.Torch.Kernels;

/// <summary>Where a draw's random numbers come from: a key and the upper three counter words; the lowest counts the draw's
/// blocks.</summary>
/// <param name="Key">Of seed and stream.</param>
/// <param name="Draw">Which draw of the step.</param>
/// <param name="Step">Which step of the epoch.</param>
/// <param name="Epoch">Which epoch.</param>
public readonly record struct PhiloxStream(ulong Key, uint Draw, uint Step, uint Epoch);
