using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

/// <summary>Random numbers of one trial that depend on where they are drawn and on nothing else: on a key, an epoch, a step, and
/// how many draws were made there before.</summary>
/// <remarks><see cref="Philox"/> says which bits make which number. The numbers are the same in any pack, on any device (on a GPU
/// normals up to rounding) and after any interruption, and nothing of a generator needs to be saved. Not safe for use by several
/// threads at once.</remarks>
public sealed class NoiseStream(ulong key, int epoch = 0, int step = 0)
{
    private uint _draws;

    /// <summary>Which stream of which trial.</summary>
    public ulong Key { get; } = key;

    /// <summary>The same stream elsewhere, before its first draw there.</summary>
    public NoiseStream At(int epoch, int step) => new(Key, epoch, step);

    /// <summary>Overwrites every element with a draw from a normal distribution.</summary>
    public Tensor normal_(Tensor tensor, double mean = 0, double std = 1) => Shifted(Draw(tensor, normal: true), std, mean);

    /// <summary>Overwrites every element with a draw from [from, to).</summary>
    public Tensor uniform_(Tensor tensor, double from = 0, double to = 1) =>
        Shifted(Draw(tensor, normal: false), to - from, from);

    /// <summary>Standard normal draws; float32 on the CPU unless said otherwise.</summary>
    public Tensor randn(long[] shape, ScalarType dtype = ScalarType.Float32, Device? device = null) =>
        normal_(torch.empty(shape, dtype, device ?? CPU));

    /// <summary>Uniform draws from [0, 1); float32 on the CPU unless said otherwise.</summary>
    public Tensor rand(long[] shape, ScalarType dtype = ScalarType.Float32, Device? device = null) =>
        uniform_(torch.empty(shape, dtype, device ?? CPU));

    private unsafe Tensor Draw(Tensor tensor, bool normal)
    {
        using var guard = no_grad();
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new TorchException($"Noise is float32 or float64, not {tensor.dtype}.");

        var place = new PhiloxStream(Key, _draws++, (uint)step, (uint)epoch);
        if (tensor.device_type != DeviceType.CPU)
        {
            using var scope = NewDisposeScope();
            return tensor.copy_(PhiloxOperations.Draw(place, tensor.shape, tensor.dtype, tensor.device, normal));
        }

        if (!tensor.is_contiguous())
        {
            using var filled = torch.empty(tensor.shape, tensor.dtype);
            Fill(place, filled, normal);
            return tensor.copy_(filled);
        }

        Fill(place, tensor, normal);
        return tensor;
    }

    private static unsafe void Fill(PhiloxStream place, Tensor tensor, bool normal)
    {
        var (kernels, n) = (TorchRuntime.NoiseKernels, tensor.numel());
        if (tensor.dtype == ScalarType.Float32)
        {
            if (normal)
                kernels.RandomNormal(place, 0, n, Raw.Floats(tensor));
            else
                kernels.RandomUniform(place, 0, n, Raw.Floats(tensor));
        }
        else if (normal)
        {
            kernels.RandomNormal(place, 0, n, Raw.Doubles(tensor));
        }
        else
        {
            kernels.RandomUniform(place, 0, n, Raw.Doubles(tensor));
        }
    }

    private static Tensor Shifted(Tensor tensor, double scale, double shift)
    {
        using var guard = no_grad();
        if (scale != 1)
            tensor.mul_(scale);

        return shift == 0 ? tensor : tensor.add_(shift);
    }
}
