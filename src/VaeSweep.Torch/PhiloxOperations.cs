using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

/// <summary><see cref="Philox"/> in TorchSharp's operations, for devices that the kernels do not reach: the same words and
/// uniforms, normals up to rounding.</summary>
/// <remarks>Words are kept in int64. A product of two of them may pass the sign, but its lower 64 bits are right, and those are
/// all there are.</remarks>
internal static class PhiloxOperations
{
    private const long Mask = uint.MaxValue;

    /// <summary>Draws of one place, element i as <see cref="Philox"/> says.</summary>
    public static Tensor Draw(PhiloxStream place, long[] shape, ScalarType dtype, Device device, bool normal)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var isFloat = dtype == ScalarType.Float32;
        var blocks = (count + (isFloat ? 3 : 1)) / (isFloat ? 4 : 2);
        var words = Words(place, blocks, device);
        var uniforms = isFloat ? Uniforms(words) : WideUniforms(words);
        var numbers = !normal ? uniforms : isFloat ? Normals((words + 1).to(ScalarType.Float64) * (1.0 / (1L << 32)), uniforms)
            : Normals(uniforms + (1.0 / (1L << 53)), uniforms);
        return numbers.flatten().narrow(0, 0, count).reshape(shape).to(dtype);
    }

    /// <summary>[blocks, 4].</summary>
    private static Tensor Words(PhiloxStream place, long blocks, Device device)
    {
        var x0 = torch.arange(0, blocks, 1, dtype: ScalarType.Int64, device: device).bitwise_and(Mask);
        Tensor x1 = full_like(x0, (long)place.Draw), x2 = full_like(x0, (long)place.Step), x3 = full_like(x0, (long)place.Epoch);
        uint k0 = (uint)place.Key, k1 = (uint)(place.Key >> 32);
        for (var round = 0; round < Philox.Rounds; round++, k0 += Philox.Weyl0, k1 += Philox.Weyl1)
        {
            Tensor a = x0 * (long)Philox.Multiplier0, b = x2 * (long)Philox.Multiplier1;
            (x0, x1, x2, x3) = (
                High(b).bitwise_xor(x1).bitwise_xor((long)k0), b.bitwise_and(Mask), High(a).bitwise_xor(x3)
                    .bitwise_xor((long)k1), a.bitwise_and(Mask));
        }

        return torch.stack([x0, x1, x2, x3], 1);
    }

    private static Tensor High(Tensor product) => product.bitwise_right_shift(torch.tensor(32L, device: product.device))
        .bitwise_and(Mask);

    /// <summary>The upper 24 bits of each word, [blocks, 4] float64.</summary>
    private static Tensor Uniforms(Tensor words) =>
        words.bitwise_right_shift(torch.tensor(8L, device: words.device)).to(ScalarType.Float64) * (1.0 / (1L << 24));

    /// <summary>The upper 53 bits of each pair of words, the first the low half, [blocks, 2].</summary>
    private static Tensor WideUniforms(Tensor words)
    {
        var pairs = words.view(-1, 2, 2);
        var (low, high) = (pairs.select(2, 0), pairs.select(2, 1));
        var bits = (high * (1L << 21)) + low.bitwise_right_shift(torch.tensor(11L, device: words.device));
        return bits.to(ScalarType.Float64) * (1.0 / (1L << 53));
    }

    /// <summary>Box and Muller 1958: pairs side by side, u of the first of each in (0, 1], v of the second in [0, 1).</summary>
    private static Tensor Normals(Tensor u, Tensor v)
    {
        var radius = (u.view(-1, 2).select(1, 0).log() * -2).sqrt();
        var angle = v.view(-1, 2).select(1, 1) * (2 * Math.PI);
        return torch.stack([radius * angle.cos(), radius * angle.sin()], 1);
    }
}
