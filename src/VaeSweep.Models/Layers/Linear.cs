namespace VaeSweep.Models.Layers;

/// <summary>One dense layer of each trial: [M, R, inputs] to [M, R, outputs].</summary>
internal sealed class Linear
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly NonLinearity _activation;

    private Linear(Tensor weight, Tensor? bias, NonLinearity activation) =>
        (_weight, _bias, _activation) = (weight, bias, activation);

    /// <param name="start">[outputs], where every trial's bias starts; null starts it at zero.</param>
    public static Linear WithBias(
        ParameterSet parameters, string name, int inputs, int outputs, NonLinearity activation = default, float[]? start = null)
    {
        var weight = parameters.Weight($"{name}.weight", inputs, outputs);
        var bias = start is null ? parameters.Constant($"{name}.bias", outputs, 0) : parameters.Values($"{name}.bias", start);
        return new Linear(weight, bias, activation);
    }

    /// <param name="bias">Fills one trial's bias [1, outputs].</param>
    public static Linear WithDrawnBias(
        ParameterSet parameters, string name, int inputs, int outputs, Action<Tensor, NoiseStream> bias) =>
        new(parameters.Weight($"{name}.weight", inputs, outputs), parameters.Parameter($"{name}.bias", [1, outputs], bias),
            default);

    /// <summary>Weights and bias start at zero.</summary>
    public static Linear StartingAtZero(ParameterSet parameters, string name, int inputs, int outputs) => new(
        parameters.Parameter($"{name}.weight", [inputs, outputs], (slice, _) => slice.zero_()),
        parameters.Constant($"{name}.bias", outputs, 0), default);

    /// <summary>For a layer whose result is normalised: that would cancel a bias.</summary>
    public static Linear WithoutBias(ParameterSet parameters, string name, int inputs, int outputs) =>
        new(parameters.Weight($"{name}.weight", inputs, outputs), bias: null, default);

    public Tensor Forward(Tensor x) => fused.linear(x, _weight, _bias, _activation.Kind, _activation.Slope);

    /// <summary>act(scale (W x) + shift), for a layer whose result is normalised by known statistics.</summary>
    /// <param name="scale">[M, 1, outputs], as <paramref name="shift"/>.</param>
    public Tensor Forward(Tensor x, Tensor scale, Tensor shift, NonLinearity activation) =>
        fused.linear(x, _weight * scale, shift, activation.Kind, activation.Slope);

    /// <summary>value(x) * sigmoid(gate(x)), of two layers with biases.</summary>
    public static Tensor Gated(Tensor x, Linear value, Linear gate) =>
        fused.gated_linear(x, value._weight, value.Bias, gate._weight, gate.Bias);

    /// <summary>act(W [shared, x] + b), as <see cref="fused.join"/> has it.</summary>
    public Tensor Forward(Tensor shared, Tensor x) =>
        fused.linear(shared, x, _weight, _bias, _activation.Kind, _activation.Slope);

    /// <summary>value([shared, x]) * sigmoid(gate([shared, x])), of two layers with biases.</summary>
    public static Tensor Gated(Tensor shared, Tensor x, Linear value, Linear gate) =>
        fused.gated_linear(shared, x, value._weight, value.Bias, gate._weight, gate.Bias);

    private Tensor Bias => _bias ?? throw new InvalidOperationException("a gated pair needs biases.");
}
