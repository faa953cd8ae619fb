using VaeSweep.Models.Layers;

namespace VaeSweep.Models.Posteriors;

/// <summary>Hidden layers and a Gaussian head: [M, R, inputs] to a Gaussian over [M, R, latent].</summary>
internal sealed class GaussianLayer
{
    private readonly Mlp _hidden;
    private readonly GaussianHead _head;

    public GaussianLayer(LayerContext context, string name, int inputs, IReadOnlyList<int> sizes, int latent,
        Func<Tensor, Tensor, Gaussian> shape)
    {
        _hidden = new Mlp(context, name, inputs, sizes);
        _head = new GaussianHead(context, name, _hidden.Outputs, latent, shape);
    }

    /// <summary>Width of the last hidden layer.</summary>
    public int Features => _hidden.Outputs;

    public Gaussian Forward(Tensor x) => _head.Forward(_hidden.Forward(x));

    /// <summary>Of [shared, x], as <see cref="fused.join"/> has it.</summary>
    public Gaussian Forward(Tensor shared, Tensor x) => _head.Forward(_hidden.Forward(shared, x));

    /// <summary>The last hidden layer, too.</summary>
    public (Tensor Features, Gaussian Gaussian) ForwardWithFeatures(Tensor x)
    {
        var features = _hidden.Forward(x);
        return (features, _head.Forward(features));
    }
}
