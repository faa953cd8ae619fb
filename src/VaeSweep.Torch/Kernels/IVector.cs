namespace VaeSweep.Torch.Kernels;

/// <summary>16 floats or 8 doubles, in as many registers as the processor needs for them: what loops over elements are written
/// in.</summary>
/// <remarks>The same width everywhere, so that sums run in the same lanes and come out equal to the bit. Comparisons are false
/// for NaN.</remarks>
internal unsafe interface IVector<TSelf, TNumber>
    where TSelf : unmanaged, IVector<TSelf, TNumber>
    where TNumber : unmanaged
{
    static abstract int Width { get; }

    static abstract TSelf All(TNumber x);

    /// <summary>The number nearest to x in every lane.</summary>
    static abstract TSelf Of(double x);

    /// <summary>The integer in every lane, cut to the lane's size.</summary>
    static abstract TSelf AllBits(long bits);

    static abstract TSelf Load(TNumber* p);

    /// <summary>The first count (0 to Width) numbers, zeros beyond. Reads no further.</summary>
    static abstract TSelf Load(TNumber* p, int count);

    static abstract void Store(TSelf v, TNumber* p);

    /// <summary>Stores the first count (0 to Width) numbers alone.</summary>
    static abstract void Store(TSelf v, TNumber* p, int count);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a);

    /// <summary>a b + c, rounded once where the processor can, else twice.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf Floor(TSelf a);

    /// <summary>a &gt; b ? a : b. A NaN of b passes.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>a &lt; b ? a : b. A NaN of b passes.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>a &lt; b ? yes : no.</summary>
    static abstract TSelf IfLess(TSelf a, TSelf b, TSelf yes, TSelf no);

    static abstract TSelf And(TSelf a, TSelf b);

    static abstract TSelf Or(TSelf a, TSelf b);

    static abstract TSelf Xor(TSelf a, TSelf b);

    /// <summary>Sum of the lanes as integers.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>Difference of the lanes as integers.</summary>
    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    static abstract TSelf ShiftLeft(TSelf a, int count);

    /// <summary>Zeros come in.</summary>
    static abstract TSelf ShiftRight(TSelf a, int count);

    /// <summary>Product, 64 bits, of the lower 32 bits of each 64-bit lane.</summary>
    static abstract TSelf MultiplyLow(TSelf a, TSelf b);

    /// <summary>Sum of the lanes, by halves: the upper half is added to the lower until one is left.</summary>
    static abstract double Sum(TSelf a);
}
