namespace VaeSweep.Models.Layers;

/// <summary>Hidden layers in a row; none at all is the identity.</summary>
internal sealed class Mlp
{
    private readonly IHiddenLayer[] _layers;

    public Mlp(LayerContext context, string name, int inputs, IReadOnlyList<int> sizes)
    {
        _layers = new IHiddenLayer[sizes.Count];
        Outputs = inputs;
        for (var i = 0; i < sizes.Count; i++)
        {
            _layers[i] = context.Hidden(context, $"{name}.hidden.{i}", Outputs, sizes[i]);
            Outputs = sizes[i];
        }
    }

    /// <summary>Width of the last layer.</summary>
    public int Outputs { get; }

    public Tensor Forward(Tensor x) => _layers.Aggregate(x, (h, layer) => layer.Forward(h));

    /// <summary>Of [shared, x], as <see cref="fused.join"/> has it.</summary>
    public Tensor Forward(Tensor shared, Tensor x) => _layers is [var first, .. var others]
        ? others.Aggregate(first.Forward(shared, x), (h, layer) => layer.Forward(h))
        : fused.join(shared, x);
}
