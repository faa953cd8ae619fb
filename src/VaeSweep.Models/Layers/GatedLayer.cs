namespace VaeSweep.Models.Layers;

/// <summary>(W x + b) * sigmoid(V x + c), no other non-linearity; with batch normalisation of both products, and then without biases.</summary>
/// <remarks>Dauphin et al. 2017; the hidden layer of the VampPrior's published code.</remarks>
internal sealed class GatedLayer : IHiddenLayer
{
    private readonly DenseLayer _value;
    private readonly DenseLayer _gate;

    public GatedLayer(LayerContext context, string name, int inputs, int outputs)
    {
        _value = new DenseLayer(context, name, inputs, outputs, default);
        _gate = new DenseLayer(context, $"{name}.gate", inputs, outputs, new(Activation.Sigmoid));
    }

    public Tensor Forward(Tensor x) => _value.Forward(x) * _gate.Forward(x);
}
