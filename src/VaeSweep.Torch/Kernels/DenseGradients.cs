namespace VaeSweep.Torch.Kernels;

/// <summary>Where a dense layer's gradients go; null where one is not wanted. Each overwrites what is there, or is added to
/// it.</summary>
public readonly unsafe ref struct DenseGradients
{
    /// <summary>[M, rows, inputs] contiguous.</summary>
    public float* X { get; init; }

    /// <summary>Whether <see cref="X"/> grows.</summary>
    public bool AddX { get; init; }

    /// <summary>[M, inputs, outputs] contiguous.</summary>
    public float* W { get; init; }

    /// <summary>Whether <see cref="W"/> grows.</summary>
    public bool AddW { get; init; }

    /// <summary>[M, 1, outputs] contiguous.</summary>
    public float* B { get; init; }

    /// <summary>Whether <see cref="B"/> grows.</summary>
    public bool AddB { get; init; }
}
