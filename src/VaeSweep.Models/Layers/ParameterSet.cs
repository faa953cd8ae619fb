namespace VaeSweep.Models.Layers;

/// <summary>Declares the parameters and buffers of a pack, each trial's slice drawn from that trial's own stream.</summary>
/// <remarks>Draws are made in float32 on the CPU whatever the device and type, so that a model starts equal everywhere.
/// A trial's stream is consumed in the order of declaration, so a trial starts the same alone and in any pack.</remarks>
internal sealed class ParameterSet(IReadOnlyList<long> seeds, Initialisation weights, Device device, ScalarType dtype)
    : IDisposable
{
    private readonly NoiseStream[] _streams = [.. seeds.Select(seed => new NoiseStream((ulong)seed))];
    private readonly List<NamedTensor> _parameters = [];
    private readonly List<NamedTensor> _buffers = [];

    public IReadOnlyList<NamedTensor> Parameters => _parameters;
    public IReadOnlyList<NamedTensor> Buffers => _buffers;
    public int Trials => seeds.Count;
    public Device Device => device;
    public ScalarType Dtype => dtype;

    /// <summary>[M, inputs, outputs], by the model's initialisation.</summary>
    public Tensor Weight(string name, int inputs, int outputs) =>
        Parameter(name, [inputs, outputs], (slice, stream) => weights(slice, inputs, outputs, stream));

    /// <summary>[M, 1, size] of one value.</summary>
    public Tensor Constant(string name, int size, double value) =>
        Parameter(name, [1, size], (slice, _) => slice.fill_(value));

    /// <summary>[M, 1, size], the same values for every trial.</summary>
    public Tensor Values(string name, ReadOnlySpan<float> values)
    {
        using var row = torch.tensor(values.ToArray(), [1, values.Length]);
        return Parameter(name, [1, values.Length], (slice, _) => slice.copy_(row));
    }

    /// <summary>[M, ...shape], drawn by <paramref name="fill"/>, which gets a trial's slice and stream.</summary>
    public Tensor Parameter(string name, long[] shape, Action<Tensor, NoiseStream> fill)
    {
        var parameter = Make(shape, fill);
        parameter.requires_grad_(true);
        _parameters.Add(new NamedTensor(name, parameter));
        return parameter;
    }

    /// <summary>[M, ...shape] that is saved with the model and not trained.</summary>
    public Tensor Buffer(string name, long[] shape, Action<Tensor, NoiseStream> fill)
    {
        var buffer = Make(shape, fill);
        _buffers.Add(new NamedTensor(name, buffer));
        return buffer;
    }

    /// <summary>Frees parameters and buffers.</summary>
    public void Dispose()
    {
        foreach (var (_, tensor) in _parameters.Concat(_buffers))
            tensor.Dispose();

        _parameters.Clear();
        _buffers.Clear();
    }

    private Tensor Make(long[] shape, Action<Tensor, NoiseStream> fill)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var whole = torch.empty([Trials, .. shape], ScalarType.Float32, CPU);
        for (var m = 0; m < Trials; m++)
            fill(whole.select(0, m), _streams[m]);

        var made = whole.to(dtype, device);
        return made.DetachFromDisposeScope();
    }
}
