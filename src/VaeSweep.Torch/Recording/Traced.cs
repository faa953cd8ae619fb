namespace VaeSweep.Torch;

/// <summary>Where a value on a <see cref="Tape"/> comes from.</summary>
internal enum TracedKind
{
    /// <summary>A parameter, or whatever else wants a gradient of its own.</summary>
    Leaf,

    /// <summary>A TorchSharp expression.</summary>
    Island,

    /// <summary>A fused operation.</summary>
    Result,
}

/// <summary>A value on a <see cref="Tape"/> and the gradient that has come to it so far.</summary>
internal sealed class Traced(Tensor value, TracedKind kind)
{
    private Tensor? _gradient;

    public TracedKind Kind => kind;

    /// <summary>The result outlives the tape.</summary>
    public bool Stays { get; set; }

    /// <summary>Where a kernel writes its gradient of this value, or adds it.</summary>
    /// <param name="add">Whether something is there already.</param>
    public unsafe float* Into(out bool add) => (float*)IntoMemory(out add);

    /// <inheritdoc cref="Into"/>
    public unsafe void* IntoMemory(out bool add)
    {
        add = _gradient is not null;
        _gradient ??= torch.empty(value.shape, value.dtype, value.device).DetachFromDisposeScope();
        return Raw.Pointer(_gradient);
    }

    /// <summary>Where a kernel adds its gradient of this value.</summary>
    public unsafe float* IntoSum()
    {
        _gradient ??= torch.zeros(value.shape, value.dtype, value.device).DetachFromDisposeScope();
        return Raw.Floats(_gradient);
    }

    /// <summary>Adds a gradient that is the caller's no longer.</summary>
    public void Add(Tensor more)
    {
        if (_gradient is null)
        {
            _gradient = more.DetachFromDisposeScope();
            return;
        }

        _gradient.add_(more);
        more.Dispose();
    }

    /// <summary>The whole gradient, what TorchSharp left included; the caller's from now on, to be overwritten and
    /// disposed.</summary>
    public Tensor? TakeGradient()
    {
        if (kind == TracedKind.Result && Raw.HasGradient(value))
            Add(value.grad!.contiguous());

        var all = _gradient;
        _gradient = null;
        return all;
    }

    /// <summary>Leaves a parameter's gradient where optimisers look for it.</summary>
    public void GiveBack()
    {
        if (kind != TracedKind.Leaf || _gradient is null)
            return;

        if (Raw.HasGradient(value))
            value.grad!.add_(_gradient);
        else
            value.grad = _gradient;

        _gradient.Dispose();
        _gradient = null;
    }

    /// <summary>Frees a result, and a gradient that nobody took.</summary>
    public void Free()
    {
        _gradient?.Dispose();
        _gradient = null;
        if (kind == TracedKind.Result && !Stays)
            value.Dispose();
    }
}
