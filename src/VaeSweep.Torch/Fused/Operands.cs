namespace VaeSweep.Torch;

/// <summary>Checks what fused operations are given, once, before anything native sees it: a wrong shape there may end the
/// process.</summary>
internal static class Operands
{
    public static void Linear(Tensor x, Tensor w, Tensor? b)
    {
        if (x.ndim != 3 || w.ndim != 3 || x.size(0) != w.size(0) || x.size(2) != w.size(1))
        {
            throw new TorchException($"linear needs x [M, rows, in] and w [M, in, out], but x is {Shapes.Of(x)} and w "
                + $"is {Shapes.Of(w)}.");
        }

        if (b is not null)
            Bias(b, w);
    }

    public static void HasRows(Tensor a)
    {
        if (a.ndim < 2 || a.numel() == 0)
            throw new TorchException($"rows of trials are needed, [M, R, ...], but this is {Shapes.Of(a)}.");
    }

    public static void Minus(Tensor a, Tensor b, Tensor? weight)
    {
        if (a.ndim == 0 || a.numel() == 0 || !a.shape.AsSpan().SequenceEqual(b.shape)
            || (weight is not null && (weight.ndim != 1 || weight.size(0) != a.size(0))))
        {
            throw new TorchException($"minus needs a and b [M, ...] of one shape and a weight [M], but they are {Shapes.Of(a)}, "
                + $"{Shapes.Of(b)} and {(weight is null ? "none" : Shapes.Of(weight))}.");
        }
    }

    public static void Joined(Tensor shared, Tensor x)
    {
        if (shared.ndim != 3)
            throw new TorchException($"shared must be [M, B, columns], not {Shapes.Of(shared)}.");

        MultipleOf(x, shared.size(0), shared.size(1), "x");
    }

    public static void Joined(Tensor shared, Tensor x, Tensor w, Tensor? b)
    {
        Joined(shared, x);
        if (w.ndim != 3 || w.size(0) != x.size(0) || w.size(1) != shared.size(2) + x.size(2))
        {
            throw new TorchException(
                $"rows of {Shapes.Of(shared)} joined to {Shapes.Of(x)} need w [M, columns of both, out], but it is "
                + $"{Shapes.Of(w)}.");
        }

        if (b is not null)
            Bias(b, w);
    }

    public static void GatedLinear(Tensor x, Tensor w, Tensor b, Tensor v, Tensor c)
    {
        if (x.ndim != 3 || w.ndim != 3 || v.ndim != 3 || x.size(0) != w.size(0) || x.size(2) != w.size(1)
            || v.size(0) != w.size(0) || v.size(1) != w.size(1) || v.size(2) != w.size(2))
        {
            throw new TorchException("gated_linear needs x [M, rows, in] and two weights [M, in, out], but x is "
                + $"{Shapes.Of(x)}, the weights are {Shapes.Of(w)} and {Shapes.Of(v)}.");
        }

        Bias(b, w);
        Bias(c, w);
    }

    public static void BatchNorm(Tensor x, Tensor weight, Tensor bias)
    {
        if (x.ndim != 3 || x.size(1) == 0)
            throw new TorchException($"batch_norm needs x [M, rows, columns] of at least one row, but x is {Shapes.Of(x)}.");

        foreach (var t in (ReadOnlySpan<Tensor>)[weight, bias])
        {
            if (t.ndim != 3 || t.size(0) != x.size(0) || t.size(1) != 1 || t.size(2) != x.size(2))
            {
                throw new TorchException(
                    $"weight and bias of batch_norm must be [M, 1, columns], but one is {Shapes.Of(t)} beside x {Shapes.Of(x)}.");
            }
        }
    }

    public static void Bernoulli(Tensor logits, Tensor x)
    {
        if (x.ndim != 3)
            throw new TorchException($"x must be [M, B, D], not {Shapes.Of(x)}.");

        MultipleOf(logits, x.size(0), x.size(1), "logits");
        SameWidth(logits, x, "logits and x");
    }

    public static void Gaussian(Tensor x, Tensor mean, Tensor logvar)
    {
        if (x.ndim != 3 || mean.ndim != 3 || logvar.ndim != 3)
        {
            throw new TorchException("gaussian_log_prob needs [M, rows, D] three times, but got "
                + $"{Shapes.Of(x)}, {Shapes.Of(mean)} and {Shapes.Of(logvar)}.");
        }

        var (rows, most) = Rows(x, mean, logvar);
        foreach (var (t, name) in (ReadOnlySpan<(Tensor, string)>)[(x, "x"), (mean, "mean"), (logvar, "logvar")])
        {
            MultipleOf(t, x.size(0), rows, name);
            SameWidth(x, t, "x, mean and logvar");
            if (t.size(1) != rows && t.size(1) != most)
                throw new TorchException($"{name} is {Shapes.Of(t)}; each of the three must have {rows} or {most} rows.");
        }
    }

    public static void Sample(Tensor mu, Tensor logvar, Tensor eps)
    {
        if (mu.ndim != 3 || logvar.ndim != 3 || mu.size(0) != logvar.size(0) || mu.size(1) != logvar.size(1)
            || mu.size(2) != logvar.size(2))
        {
            throw new TorchException($"mu and logvar must both be [M, B, Z], but are {Shapes.Of(mu)} and {Shapes.Of(logvar)}.");
        }

        MultipleOf(eps, mu.size(0), mu.size(1), "eps");
        SameWidth(mu, eps, "mu and eps");
    }

    public static void Logistic(Tensor mean, Tensor logScale, Tensor x)
    {
        if (x.ndim != 3)
            throw new TorchException($"x must be [M, B, D], not {Shapes.Of(x)}.");

        foreach (var (t, name) in (ReadOnlySpan<(Tensor, string)>)[(mean, "mean"), (logScale, "logScale")])
        {
            MultipleOf(t, x.size(0), x.size(1), name);
            SameWidth(t, x, $"{name} and x");
        }

        if (mean.size(1) != logScale.size(1))
        {
            throw new TorchException($"mean and logScale must have as many rows, but are {Shapes.Of(mean)} "
                + $"and {Shapes.Of(logScale)}.");
        }
    }

    public static void Pair(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar)
    {
        foreach (var t in (ReadOnlySpan<Tensor>)[logvar, otherMean, otherLogvar])
        {
            if (!t.shape.AsSpan().SequenceEqual(mean.shape))
            {
                throw new TorchException("two Gaussians entry by entry must have one shape, but they are "
                    + $"{Shapes.Of(mean)} with {Shapes.Of(logvar)}, and {Shapes.Of(otherMean)} with {Shapes.Of(otherLogvar)}.");
            }
        }
    }

    public static void PlanarFlow(Tensor z, Tensor u, Tensor w, Tensor b)
    {
        if (u.ndim != 3 || w.ndim != 3 || b.ndim != 3 || !u.shape.AsSpan().SequenceEqual(w.shape) || b.size(0) != u.size(0)
            || b.size(1) != u.size(1)
            || b.size(2) != 1)
        {
            throw new TorchException(
                $"planar_flow needs u and w [M, P, Z] and b [M, P, 1], but got {Shapes.Of(u)}, {Shapes.Of(w)} "
                    + $"and {Shapes.Of(b)}.");
        }

        MultipleOf(z, u.size(0), u.size(1), "z");
        SameWidth(z, u, "z and u");
    }

    /// <summary>Whether kernels can add up exponentials: as <see cref="HaveKernels"/>, or float64.</summary>
    public static bool HaveSumKernels(Tensor a) =>
        TorchRuntime.OwnKernels && a.device_type == DeviceType.CPU && a.dtype is ScalarType.Float32 or ScalarType.Float64
            && a.numel() > 0
        && a.ndim > 0 && (Tape.Current is not null || !is_grad_enabled() || !a.requires_grad);

    /// <summary>Fewest and most rows of three operands.</summary>
    public static (long Fewest, long Most) Rows(Tensor x, Tensor mean, Tensor logvar)
    {
        var (a, b, c) = (x.size(1), mean.size(1), logvar.size(1));
        return (Math.Min(a, Math.Min(b, c)), Math.Max(a, Math.Max(b, c)));
    }

    /// <summary>Whether this library's kernels can do it: they run, and all operands are float32 on the CPU.</summary>
    public static bool HaveKernels(params ReadOnlySpan<Tensor?> operands)
    {
        if (!TorchRuntime.OwnKernels)
            return false;

        foreach (var operand in operands)
        {
            if (operand is not null && (operand.dtype != ScalarType.Float32 || operand.device_type != DeviceType.CPU))
                return false;
        }

        // Without a tape TorchSharp's own graph is to hold what happens, if anybody wants gradients at all.
        return Tape.Current is not null || !is_grad_enabled() || !Any(operands);
    }

    private static bool Any(ReadOnlySpan<Tensor?> operands)
    {
        foreach (var operand in operands)
        {
            if (operand is { requires_grad: true })
                return true;
        }

        return false;
    }

    private static void Bias(Tensor b, Tensor w)
    {
        if (b.ndim != 3 || b.size(0) != w.size(0) || b.size(1) != 1 || b.size(2) != w.size(2))
            throw new TorchException($"the bias must be [M, 1, out], but is {Shapes.Of(b)} beside w {Shapes.Of(w)}.");
    }

    private static void MultipleOf(Tensor t, long trials, long rows, string name)
    {
        if (t.ndim != 3 || t.size(0) != trials || rows == 0 || t.size(1) % rows != 0)
            throw new TorchException($"{name} has shape {Shapes.Of(t)}; it must be [{trials}, a multiple of {rows}, ...].");
    }

    private static void SameWidth(Tensor a, Tensor b, string names)
    {
        if (a.size(2) != b.size(2))
            throw new TorchException($"{names} differ in their last dimension: {Shapes.Of(a)} and {Shapes.Of(b)}.");
    }
}
