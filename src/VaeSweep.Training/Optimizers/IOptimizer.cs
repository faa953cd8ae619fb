using VaeSweep.Models.Layers;

namespace VaeSweep.Training.Optimizers;

/// <summary>Moves a pack's parameters along their gradients, each trial by settings of its own.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Everything that the next step depends on besides parameters and settings, by the names that checkpoints use; [M,
    /// ...] each.</summary>
    IEnumerable<NamedTensor> State { get; }

    /// <summary>Sets each trial's learning rate for the steps to come.</summary>
    /// <param name="rates">M rates.</param>
    void SetLearningRates(ReadOnlySpan<double> rates);

    /// <summary>Moves every parameter that has a gradient, and clears the gradients.</summary>
    /// <returns>[M] float64, each trial's gradient norm before anything was done to it; overwritten by the next step.</returns>
    Tensor Step();
}
