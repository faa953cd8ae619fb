using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>The latent units of one trial after one epoch.</summary>
/// <param name="Layers">One entry for each stochastic layer, data side first.</param>
public sealed record EpochUnits(string Sweep, string Trial, int Epoch, IReadOnlyList<LayerUnits> Layers);
