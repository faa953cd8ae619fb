using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>VaeSweep beside the C++ engine that it had and beside PyTorch, and PyTorch's matrix products alone: with the same
/// products, no engine is faster than they are.</summary>
internal static class PeerTable
{
    /// <summary>The times of PyTorch's products, which its own side takes.</summary>
    public const string Products = "products";

    public static string Header(string what) =>
        $"{what,-44}{"VaeSweep",10}{"median",9}{"C++",9}{"median",9}{"PyTorch",10}{"median",9}{"products",10}"
            + $"{"C++ /",9}{"median",8}{"PyTorch /",11}{"median",8}{"at most",9}";

    /// <param name="times">Seconds of each side and of the products.</param>
    public static string Row(string name, Turns times)
    {
        var (ours, engine, pytorch) = (times.Of("VaeSweep"), times.Of("C++ engine"), times.Of("PyTorch"));
        var products = times.Of(Products).Best;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-44}{ours.Best * 1e3,10:0.00}{ours.Median * 1e3,9:0.00}{engine.Best * 1e3,9:0.00}{engine.Median * 1e3,9:0.00}"
                + $"{pytorch.Best * 1e3,10:0.00}{pytorch.Median * 1e3,9:0.00}{products * 1e3,10:0.00}"
                + $"{engine.Best / ours.Best,9:0.00}{engine.MedianRatio(ours),8:0.00}{pytorch.Best / ours.Best,11:0.00}"
                + $"{pytorch.MedianRatio(ours),8:0.00}{pytorch.Best / products,9:0.00}");
    }
}
