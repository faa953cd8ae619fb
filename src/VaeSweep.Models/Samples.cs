namespace VaeSweep.Models;

/// <summary>K samples an image are K-major rows: sample k of image b is row k*B + b.</summary>
internal static class Samples
{
    /// <summary>K, from [M, K*B, ...] and [M, B, ...].</summary>
    public static int Count(Tensor samples, Tensor rows) => (int)(samples.size(1) / rows.size(1));

    /// <summary>[M, B, ...] to [M, K*B, ...].</summary>
    public static Tensor Repeat(Tensor rows, int k)
    {
        if (k == 1)
            return rows;

        var repeats = new long[rows.ndim];
        Array.Fill(repeats, 1);
        repeats[1] = k;
        return rows.repeat(repeats);
    }

    /// <summary>[M, K*B] to [M, K, B].</summary>
    public static Tensor Split(Tensor rows, int k) => rows.reshape([rows.size(0), k, rows.size(1) / k]);
}
