using VaeSweep.Models.Layers;

namespace VaeSweep.Models.Posteriors;

/// <summary>Mean and log-variance from features: [M, R, inputs] to a Gaussian over [M, R, size].</summary>
internal sealed class GaussianHead(LayerContext context, string name, int inputs, int size, Func<Tensor, Tensor, Gaussian> shape)
{
    private readonly DenseLayer _mean = context.Head($"{name}.mean", inputs, size);
    private readonly DenseLayer _logVar = context.Head($"{name}.logvar", inputs, size);

    public Gaussian Forward(Tensor features) => shape(_mean.Forward(features), _logVar.Forward(features));
}
