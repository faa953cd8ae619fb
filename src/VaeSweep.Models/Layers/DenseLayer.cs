namespace VaeSweep.Models.Layers;

/// <summary>Dense layer and activation; with batch normalisation between them, and then without a bias, which it would cancel.</summary>
internal sealed class DenseLayer : IHiddenLayer
{
    private readonly Linear _linear;
    private readonly BatchNorm? _norm;
    private readonly NonLinearity _activation;

    public DenseLayer(LayerContext context, string name, int inputs, int outputs, NonLinearity activation)
    {
        _activation = activation;
        _linear = context.BatchNorm
            ? Linear.WithoutBias(context.Parameters, name, inputs, outputs)
            : Linear.WithBias(context.Parameters, name, inputs, outputs, activation);
        _norm = context.BatchNorm ? new BatchNorm(context.Parameters, context.Mode, $"{name}.norm", outputs) : null;
    }

    public Tensor Forward(Tensor x) => _norm is null
        ? _linear.Forward(x)
        : _activation.Apply(_norm.Forward(_linear.Forward(x)));
}
