namespace VaeSweep.Torch;

/// <summary>What <see cref="fused.linear"/> applies to its result; the native border's numbers.</summary>
public enum Activation
{
    None = 0,
    Softplus = 1,
    Relu = 2,
    LeakyRelu = 3,
    Tanh = 4,
    Sigmoid = 5,
}
