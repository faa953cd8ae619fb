namespace VaeSweep.Models.Layers;

/// <summary>(W x + b) * sigmoid(V x + c), no other non-linearity; with batch normalisation of both products, and then without
/// biases.</summary>
/// <remarks>Dauphin et al. 2017; the hidden layer of the VampPrior's published code.</remarks>
internal static class GatedLayer
{
    public static IHiddenLayer Create(LayerContext context, string name, int inputs, int outputs) =>
        context.BatchNorm ? new Normalised(context, name, inputs, outputs) : new Plain(context, name, inputs, outputs);

    private static string GateOf(string name) => $"{name}.gate";

    private sealed class Plain(LayerContext context, string name, int inputs, int outputs) : IHiddenLayer
    {
        private readonly Linear _value = Linear.WithBias(context.Parameters, name, inputs, outputs);
        private readonly Linear _gate = Linear.WithBias(context.Parameters, GateOf(name), inputs, outputs);

        public Tensor Forward(Tensor x) => Linear.Gated(x, _value, _gate);

        public Tensor Forward(Tensor shared, Tensor x) => Linear.Gated(shared, x, _value, _gate);
    }

    private sealed class Normalised(LayerContext context, string name, int inputs, int outputs) : IHiddenLayer
    {
        private readonly DenseLayer _value = new(context, name, inputs, outputs, default);
        private readonly DenseLayer _gate = new(context, GateOf(name), inputs, outputs, new(Activation.Sigmoid));

        public Tensor Forward(Tensor x) => _value.Forward(x) * _gate.Forward(x);
    }
}
