namespace VaeSweep.Torch.Kernels;

/// <summary>Floats of one register, for products, whose tiles are laid out by how many registers there are.</summary>
internal unsafe interface ITileVector<TSelf>
    where TSelf : unmanaged, ITileVector<TSelf>
{
    static abstract int Width { get; }

    static abstract TSelf All(float x);

    static abstract TSelf Load(float* p);

    /// <summary>The first count (0 to Width) numbers, zeros beyond. Reads no further.</summary>
    static abstract TSelf Load(float* p, int count);

    static abstract void Store(TSelf v, float* p);

    /// <summary>Stores the first count (0 to Width) numbers alone.</summary>
    static abstract void Store(TSelf v, float* p, int count);

    /// <summary>Asks for the memory at an address, which need not be anybody's.</summary>
    static abstract void Prefetch(float* p);

    /// <summary>a b + c, rounded once where the processor can, else twice.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);
}
