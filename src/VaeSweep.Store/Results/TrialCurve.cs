namespace VaeSweep.Store;

/// <summary>What one trial reported epoch by epoch.</summary>
/// <param name="Epochs">The stored ones, rising, from 1.</param>
/// <param name="Values">One array for each metric that was asked for, one value for each of <paramref name="Epochs"/>; NaN where
/// it was not measured.</param>
/// <param name="Attempts">The attempt that reported each epoch; null where that was not asked for.</param>
public sealed record TrialCurve(string Sweep, string Trial, int[] Epochs, IReadOnlyList<double[]> Values, int[]? Attempts);
