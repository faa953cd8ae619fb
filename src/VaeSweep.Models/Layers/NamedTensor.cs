namespace VaeSweep.Models.Layers;

/// <summary>A parameter or buffer of a pack.</summary>
/// <param name="Name">Stable across runs; checkpoints are keyed by it: "encoder.hidden.0.weight".</param>
/// <param name="Tensor">[M, ...]: slice m belongs to trial m alone.</param>
public readonly record struct NamedTensor(string Name, Tensor Tensor);
