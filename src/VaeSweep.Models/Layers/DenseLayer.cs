namespace VaeSweep.Models.Layers;

/// <summary>Dense layer and activation; with batch normalisation between them, and then without a bias, which it would
/// cancel.</summary>
internal sealed class DenseLayer : IHiddenLayer
{
    private readonly Linear _linear;
    private readonly BatchNorm? _norm;
    private readonly NonLinearity _activation;
    private readonly Mode _mode;

    public DenseLayer(LayerContext context, string name, int inputs, int outputs, NonLinearity activation)
    {
        (_activation, _mode) = (activation, context.Mode);
        _linear = context.BatchNorm
            ? Linear.WithoutBias(context.Parameters, name, inputs, outputs)
            : Linear.WithBias(context.Parameters, name, inputs, outputs, activation);
        _norm = context.BatchNorm ? new BatchNorm(context.Parameters, context.Mode, $"{name}.norm", outputs) : null;
    }

    public Tensor Forward(Tensor x)
    {
        if (_norm is null)
            return _linear.Forward(x);

        if (_mode.Training)
            return _norm.Forward(_linear.Forward(x), _activation);

        // Running statistics make it a linear layer again: one pass over memory instead of three.
        var (scale, shift) = _norm.Running();
        return _linear.Forward(x, scale, shift, _activation);
    }

    public Tensor Forward(Tensor shared, Tensor x) => _norm is null ? _linear.Forward(shared, x) : Forward(fused.join(shared, x));
}
