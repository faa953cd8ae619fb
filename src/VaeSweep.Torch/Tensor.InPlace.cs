using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>Operations that overwrite the tensor and return it.</summary>
public sealed partial class Tensor
{
    public Tensor copy_(Tensor source) => Itself(Native.vs_copy_(Handle, source.Handle), source);
    public Tensor zero_() => Itself(Native.vs_zero_(Handle));
    public Tensor fill_(double value) => Itself(Native.vs_fill_(Handle, value));
    public Tensor add_(Tensor other, double alpha = 1) => Itself(Native.vs_add_(Handle, other.Handle, alpha), other);
    public Tensor add_(double value) => Itself(Native.vs_add_scalar_(Handle, value));
    public Tensor sub_(Tensor other) => Itself(Native.vs_sub_(Handle, other.Handle), other);
    public Tensor sub_(double value) => Itself(Native.vs_add_scalar_(Handle, -value));
    public Tensor mul_(Tensor other) => Itself(Native.vs_mul_(Handle, other.Handle), other);
    public Tensor mul_(double value) => Itself(Native.vs_mul_scalar_(Handle, value));
    public Tensor div_(Tensor other) => Itself(Native.vs_div_(Handle, other.Handle), other);

    /// <summary>this + value * a * b.</summary>
    public Tensor addcmul_(Tensor a, Tensor b, double value = 1) => Itself(Native.vs_addcmul_(Handle, a.Handle, b.Handle, value), a, b);

    /// <summary>this + value * a / b.</summary>
    public Tensor addcdiv_(Tensor a, Tensor b, double value = 1) => Itself(Native.vs_addcdiv_(Handle, a.Handle, b.Handle, value), a, b);

    /// <summary>this + weight * (end - this).</summary>
    public Tensor lerp_(Tensor end, double weight) => Itself(Native.vs_lerp_(Handle, end.Handle, weight), end);

    public Tensor clamp_(double? min = null, double? max = null) =>
        Itself(Native.vs_clamp_(Handle, min ?? 0, min is null ? 0 : 1, max ?? 0, max is null ? 0 : 1));

    /// <summary>Writes the slices of <paramref name="source"/> at the indices.</summary>
    public Tensor index_copy_(long dim, Tensor index, Tensor source) => Itself(Native.vs_index_copy_(Handle, dim, index.Handle, source.Handle), index, source);

    /// <summary>Draws every element from a normal distribution.</summary>
    public Tensor normal_(double mean, double std, torch.Generator generator) => Itself(Native.vs_normal_(Handle, mean, std, generator.Handle));

    /// <summary>Draws every element uniformly from [from, to).</summary>
    public Tensor uniform_(double from, double to, torch.Generator generator) => Itself(Native.vs_uniform_(Handle, from, to, generator.Handle));

    /// <summary>Draws every element: 1 with probability <paramref name="p"/>, else 0.</summary>
    public Tensor bernoulli_(double p, torch.Generator generator) => Itself(Native.vs_bernoulli_(Handle, p, generator.Handle));

    /// <summary>A new tensor: 1 with this tensor's value as probability, else 0.</summary>
    public Tensor bernoulli(torch.Generator generator) => Result(Native.vs_bernoulli(Handle, generator.Handle, out var r), r);

    /// <summary>Draws slice i of the leading dimension with generator i, so that a trial's draws do not depend on its pack.</summary>
    public Tensor normal_(double mean, double std, IReadOnlyList<torch.Generator> generators) => EachSlice(generators, (slice, g) => slice.normal_(mean, std, g));

    /// <inheritdoc cref="normal_(double, double, IReadOnlyList{torch.Generator})"/>
    public Tensor uniform_(double from, double to, IReadOnlyList<torch.Generator> generators) => EachSlice(generators, (slice, g) => slice.uniform_(from, to, g));

    private Tensor EachSlice(IReadOnlyList<torch.Generator> generators, Action<Tensor, torch.Generator> draw)
    {
        if (ndim == 0 || size(0) != generators.Count)
        {
            throw new ArgumentException($"{generators.Count} generators were given for {this}; the leading dimension must have one for each.");
        }

        for (var i = 0; i < generators.Count; i++)
        {
            using var slice = select(0, i);
            draw(slice, generators[i]);
        }

        return this;
    }
}
