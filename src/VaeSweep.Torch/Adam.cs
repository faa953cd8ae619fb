using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>Adam over a pack of trials: one pass over parameter, gradient and both moments, each trial with settings of its own.</summary>
/// <remarks>Kingma and Ba 2015, algorithm 1. Parameters are [M, ...]; trial m is slice m of every one. All state is on the parameters' device.</remarks>
public sealed unsafe class Adam : IDisposable
{
    private readonly Tensor[] parameters;
    private readonly Tensor[] m;
    private readonly Tensor[] v;
    private readonly Tensor lr;
    private readonly Tensor beta1;
    private readonly Tensor beta2;
    private readonly Tensor eps;
    private readonly Tensor hat;
    private readonly Tensor clip;
    private readonly Tensor clipEntries;
    private readonly Tensor normalise;
    private readonly Tensor off;
    private readonly Tensor shapedNorm;
    private readonly bool shapes;

    /// <summary>An optimiser whose moments and step counts are zero.</summary>
    /// <param name="parameters">[M, ...] each, float32 or float64, contiguous, on one device.</param>
    /// <param name="trials">M settings.</param>
    public Adam(IReadOnlyList<Tensor> parameters, IReadOnlyList<AdamOptions> trials)
    {
        if (parameters.Count == 0 || trials.Count == 0)
        {
            throw new ArgumentException($"Adam needs parameters and trials; {parameters.Count} and {trials.Count} were given.");
        }

        if (parameters.FirstOrDefault(p => p.ndim == 0 || p.size(0) != trials.Count) is { } odd)
        {
            throw new ArgumentException($"{trials.Count} trials were given, but a parameter is {odd}; the leading dimension counts trials.");
        }

        this.parameters = [.. parameters];
        using var guard = torch.no_grad();
        m = Zeros(this.parameters);
        v = Zeros(this.parameters);
        Tensor Vector(Func<AdamOptions, double> pick) =>
            torch.tensor([.. trials.Select(pick)], [trials.Count], parameters[0].device).DetachFromDisposeScope();
        lr = Vector(t => t.Lr);
        beta1 = Vector(t => t.Beta1);
        beta2 = Vector(t => t.Beta2);
        eps = Vector(t => t.Eps);
        hat = Vector(t => t.Form == EpsilonForm.Hat ? 1 : 0);
        clip = Vector(t => t.Clip);
        clipEntries = Vector(t => t.ClipEntries);
        normalise = Vector(t => t.Normalise);
        off = Vector(_ => 0);
        shapedNorm = Vector(_ => 0);
        shapes = trials.Any(t => t.ClipEntries > 0 || t.Normalise > 0);
        StartSecondMoments(trials);
        Steps = Vector(_ => 0);
        GradientNorm = Vector(_ => 0);
    }

    private void StartSecondMoments(IReadOnlyList<AdamOptions> trials)
    {
        using var scope = torch.NewDisposeScope();
        for (var trial = 0; trial < trials.Count; trial++)
        {
            foreach (var moments in trials[trial].SecondMomentStart == 0 ? [] : v)
            {
                moments.select(0, trial).fill_(trials[trial].SecondMomentStart);
            }
        }
    }

    // Away from the CPU one operation updates the state of all parameters, which lies side by side for that: [M, values of all], each a view of it.
    private static Tensor[] Zeros(Tensor[] like)
    {
        var first = like[0];
        if ((first.device.Type == DeviceType.CPU && TorchRuntime.OwnKernels) || like.Any(p => p.dtype != first.dtype))
        {
            return Array.ConvertAll(like, p => torch.zeros_like(p).DetachFromDisposeScope());
        }

        using var scope = torch.NewDisposeScope();
        var trials = first.size(0);
        var all = torch.zeros([trials, like.Sum(p => p.numel() / trials)], first.dtype, first.device);
        var at = 0L;
        return Array.ConvertAll(like, p =>
        {
            var width = p.numel() / trials;
            var part = all.narrow(1, at, width).view(p.shape);
            at += width;
            return part.DetachFromDisposeScope();
        });
    }

    /// <summary>Decaying averages of the gradients, one for each parameter. For checkpoints: overwrite with copy_.</summary>
    public IReadOnlyList<Tensor> FirstMoments => m;

    /// <summary>Decaying averages of the squared gradients, one for each parameter.</summary>
    public IReadOnlyList<Tensor> SecondMoments => v;

    /// <summary>[M] float64: steps taken by each trial.</summary>
    public Tensor Steps { get; }

    /// <summary>[M] float64: each trial's gradient norm at the last step, before clipping. Overwritten by the next step.</summary>
    public Tensor GradientNorm { get; }

    /// <summary>Sets each trial's learning rate for the steps to come.</summary>
    /// <param name="rates">M rates.</param>
    public void SetLearningRates(ReadOnlySpan<double> rates) => lr.CopyFrom(rates);

    /// <summary>Moves every parameter that has a gradient, and clears the gradients.</summary>
    /// <returns><see cref="GradientNorm"/>.</returns>
    public Tensor step()
    {
        var count = parameters.Length;
        Span<nint> room = count <= 128 ? stackalloc nint[3 * count] : new nint[3 * count];
        using var p = new HandleArray(parameters, room[..count]);
        using var first = new HandleArray(m, room[count..(2 * count)]);
        using var second = new HandleArray(v, room[(2 * count)..]);
        fixed (nint* pp = p.Pointers, mm = first.Pointers, vv = second.Pointers)
        {
            if (shapes)
            {
                Status.Check(
                    Native.vs_shape_gradients(pp, count, normalise.Handle, clip.Handle, clipEntries.Handle, GradientNorm.Handle),
                    parameters[0],
                    operation: "Adam.step");
            }

            // Shaped gradients are clipped already, and their norm is not the one to report.
            var (clips, norm) = shapes ? (off, shapedNorm) : (clip, GradientNorm);
            Status.Check(
                Native.vs_adam_step(
                    pp, mm, vv, count, Steps.Handle, lr.Handle, beta1.Handle, beta2.Handle, eps.Handle, hat.Handle, clips.Handle, norm.Handle),
                parameters[0],
                operation: "Adam.step");
        }

        return GradientNorm;
    }

    /// <summary>Clears the gradients without a step.</summary>
    public void zero_grad()
    {
        foreach (var parameter in parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Frees the state; the parameters belong to the caller.</summary>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. m, .. v, lr, beta1, beta2, eps, hat, clip, clipEntries, normalise, off, shapedNorm, Steps, GradientNorm])
        {
            tensor.Dispose();
        }
    }
}
