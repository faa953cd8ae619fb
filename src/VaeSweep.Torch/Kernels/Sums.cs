namespace VaeSweep.Torch.Kernels;

/// <summary>The few numbers at a step's end: means, differences and the loss. One source for every processor, in double
/// precision, so that they are the same bits on all.</summary>
internal static unsafe class Sums
{
    /// <summary>The sum of each of so many runs of <paramref name="length"/> numbers, times <paramref name="factor"/>.</summary>
    public static void Of(int runs, long length, float* a, double factor, float* sums)
    {
        for (var m = 0; m < runs; m++, a += length)
            sums[m] = (float)(Of(length, a) * factor);
    }

    /// <summary>One number for each of so many runs of <paramref name="length"/>, written or added.</summary>
    public static void Spread(int runs, long length, float* value, float divisor, float* to, bool add)
    {
        for (var m = 0; m < runs; m++, to += length)
        {
            var part = value[m] / divisor;
            var run = new Span<float>(to, checked((int)length));
            if (!add)
            {
                run.Fill(part);
                continue;
            }

            foreach (ref var number in run)
                number += part;
        }
    }

    /// <summary>a - weight b; a null weight is 1.</summary>
    public static void Minus(int runs, long length, float* a, float* b, float* weight, float* to)
    {
        for (var m = 0; m < runs; m++, a += length, b += length, to += length)
        {
            var w = weight is null ? 1 : weight[m];
            for (long i = 0; i < length; i++)
                to[i] = a[i] - (w * b[i]);
        }
    }

    /// <summary>What b's gradient is where a - weight b has the gradient dy.</summary>
    public static void MinusBackward(int runs, long length, float* dy, float* weight, float* db, bool add)
    {
        for (var m = 0; m < runs; m++, dy += length, db += length)
        {
            var w = weight is null ? -1 : -weight[m];
            for (long i = 0; i < length; i++)
                db[i] = (add ? db[i] : 0) + (w * dy[i]);
        }
    }

    // Four sums, so that no addition waits for the one before.
    private static double Of(long n, float* a)
    {
        double first = 0, second = 0, third = 0, fourth = 0;
        long i = 0;
        for (; i + 4 <= n; i += 4)
        {
            first += a[i];
            second += a[i + 1];
            third += a[i + 2];
            fourth += a[i + 3];
        }

        for (; i < n; i++)
            first += a[i];

        return first + second + (third + fourth);
    }
}
