namespace VaeSweep.Torch;

/// <summary>Draws for a pack: slice m of the leading dimension comes from trial m's own stream, so that a trial's draws do not
/// depend on its pack.</summary>
public static class Noise
{
    /// <summary>Standard normal draws.</summary>
    /// <param name="shape">[M, ...].</param>
    /// <param name="streams">M streams.</param>
    public static Tensor randn(long[] shape, IReadOnlyList<NoiseStream> streams, ScalarType dtype = ScalarType.Float32,
        Device? device = null) => torch.empty(shape, dtype, device ?? CPU).normal_(0, 1, streams);

    /// <summary>Overwrites every element with a draw from a normal distribution.</summary>
    public static Tensor normal_(this Tensor tensor, double mean, double std, IReadOnlyList<NoiseStream> streams) =>
        EachSlice(tensor, streams, (slice, stream) => stream.normal_(slice, mean, std));

    /// <summary>Overwrites every element with a draw from [from, to).</summary>
    public static Tensor uniform_(this Tensor tensor, double from, double to, IReadOnlyList<NoiseStream> streams) =>
        EachSlice(tensor, streams, (slice, stream) => stream.uniform_(slice, from, to));

    /// <inheritdoc cref="NoiseStream.normal_"/>
    public static Tensor normal_(this Tensor tensor, double mean, double std, NoiseStream stream) =>
        stream.normal_(tensor, mean, std);

    /// <inheritdoc cref="NoiseStream.uniform_"/>
    public static Tensor uniform_(this Tensor tensor, double from, double to, NoiseStream stream) =>
        stream.uniform_(tensor, from, to);

    private static Tensor EachSlice(Tensor tensor, IReadOnlyList<NoiseStream> streams, Action<Tensor, NoiseStream> draw)
    {
        if (tensor.ndim == 0 || tensor.size(0) != streams.Count)
        {
            throw new TorchException($"{streams.Count} streams were given for a tensor {Shapes.Of(tensor)}; the leading "
                + "dimension must have one for each.");
        }

        for (var m = 0; m < streams.Count; m++)
        {
            using var slice = tensor.select(0, m);
            draw(slice, streams[m]);
        }

        return tensor;
    }
}
