namespace VaeSweep.Models.Layers;

/// <summary>A hidden layer: [M, R, inputs] to [M, R, outputs].</summary>
internal interface IHiddenLayer
{
    Tensor Forward(Tensor x);
}

/// <summary>Makes a hidden layer with its parameters.</summary>
internal delegate IHiddenLayer HiddenLayerFactory(LayerContext context, string name, int inputs, int outputs);

/// <summary>What every layer of one model shares.</summary>
internal sealed record LayerContext(ParameterSet Parameters, Mode Mode, bool BatchNorm, HiddenLayerFactory Hidden);

/// <summary>Non-linearities of hidden layers.</summary>
/// <remarks>The leaky rectifier's slope is 0.1, the ladder paper's max(x, 0.1 x); its published code has 0.01.</remarks>
internal static class ActivationKinds
{
    public static Registry<HiddenLayerFactory> Registry { get; } = new("activation", new Dictionary<string, HiddenLayerFactory>
    {
        ["softplus"] = Dense(new(Activation.Softplus)),
        ["relu"] = Dense(new(Activation.Relu)),
        ["leaky_relu"] = Dense(new(Activation.LeakyRelu, 0.1)),
        ["tanh"] = Dense(new(Activation.Tanh)),
        ["gated"] = (context, name, inputs, outputs) => new GatedLayer(context, name, inputs, outputs),
    });

    private static HiddenLayerFactory Dense(NonLinearity activation) =>
        (context, name, inputs, outputs) => new DenseLayer(context, name, inputs, outputs, activation);
}
