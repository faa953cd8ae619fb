namespace VaeSweep.Torch;

/// <summary>One parameter at one step of Adam: [M, ...] each, contiguous.</summary>
internal readonly record struct AdamSlot(Tensor Parameter, Tensor Gradient, Tensor First, Tensor Second);
