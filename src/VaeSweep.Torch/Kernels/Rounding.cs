namespace VaeSweep.Torch.Kernels;

/// <summary>Whether a b + c is rounded once. A type, so that the compiler sees a constant.</summary>
internal interface IRounding
{
    static abstract bool Once { get; }
}

/// <summary>For processors that have the instruction.</summary>
internal readonly struct Fused : IRounding
{
    public static bool Once => true;
}

/// <summary>For those that lack it, where imitating it would take twenty times as long.</summary>
internal readonly struct Unfused : IRounding
{
    public static bool Once => false;
}
