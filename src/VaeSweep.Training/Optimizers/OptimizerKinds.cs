using VaeSweep.Models;
using VaeSweep.Models.Layers;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Optimizers;

/// <summary>Makes an optimiser of a pack's parameters from its trials' settings.</summary>
public delegate IOptimizer OptimizerFactory(IReadOnlyList<NamedTensor> parameters, IReadOnlyList<TrainConfig> trials);

/// <summary>Optimisers. A new one is a file here and a line below.</summary>
public static class OptimizerKinds
{
    public static Registry<OptimizerFactory> Registry { get; } = new("optimizer", new Dictionary<string, OptimizerFactory>
    {
        ["adam"] = AdamOptimizer.Plain,
        ["adam_norm_grad"] = AdamOptimizer.NormGrad,
        ["adam_iwae_code"] = IwaeCodeAdam.Create,
    });
}
