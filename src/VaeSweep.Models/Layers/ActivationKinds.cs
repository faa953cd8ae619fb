namespace VaeSweep.Models.Layers;

/// <summary>A hidden layer: [M, R, inputs] to [M, R, outputs].</summary>
internal interface IHiddenLayer
{
    Tensor Forward(Tensor x);

    /// <summary>Of [shared, x], as <see cref="fused.join"/> has it.</summary>
    Tensor Forward(Tensor shared, Tensor x) => Forward(fused.join(shared, x));
}

/// <summary>Makes a hidden layer with its parameters.</summary>
internal delegate IHiddenLayer HiddenLayerFactory(LayerContext context, string name, int inputs, int outputs);

/// <summary>What every layer of one model shares.</summary>
/// <param name="BatchNorm">Hidden layers are normalised.</param>
/// <param name="BatchNormHeads">So are the means and variances of Gaussian layers.</param>
internal sealed record LayerContext(
    ParameterSet Parameters, Mode Mode, bool BatchNorm, bool BatchNormHeads, HiddenLayerFactory Hidden)
{
    /// <summary>A layer without activation that gives a mean or a variance.</summary>
    public DenseLayer Head(string name, int inputs, int outputs) =>
        new(this with { BatchNorm = BatchNormHeads }, name, inputs, outputs, default);
}

/// <summary>Non-linearities of hidden layers.</summary>
internal static class ActivationKinds
{
    public static Registry<Func<ModelConfig, HiddenLayerFactory>> Registry { get; } =
        new("activation", new Dictionary<string, Func<ModelConfig, HiddenLayerFactory>>
    {
        ["softplus"] = _ => Dense(new(Activation.Softplus)),
        ["relu"] = _ => Dense(new(Activation.Relu)),
        ["leaky_relu"] = model => Dense(new(Activation.LeakyRelu, model.LeakySlope)),
        ["tanh"] = _ => Dense(new(Activation.Tanh)),
        ["gated"] = _ => GatedLayer.Create,
    });

    private static HiddenLayerFactory Dense(NonLinearity activation) =>
        (context, name, inputs, outputs) => new DenseLayer(context, name, inputs, outputs, activation);
}
