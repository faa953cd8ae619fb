namespace VaeSweep.Models.Layers;

/// <summary>An activation and, of the leaky rectifier, its slope below zero.</summary>
internal readonly record struct NonLinearity(Activation Kind, double Slope = 0)
{
    public Tensor Apply(Tensor x) => Kind switch
    {
        Activation.Softplus => x.softplus(),
        Activation.Relu => x.relu(),
        Activation.LeakyRelu => x.leaky_relu(Slope),
        Activation.Tanh => x.tanh(),
        Activation.Sigmoid => x.sigmoid(),
        _ => x,
    };
}
