using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Planar flows: y = z + v h, h = tanh(w.z + b), log det = log(1 + m (1 - h^2)), with m = softplus(w.u) - 1 and
/// v = u + (m - w.u) w / |w|^2.</summary>
internal static unsafe class PlanarFlow<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static void Forward(
        int trials, int rows, int parts, int units, float* z, float* u, float* w, float* b, float* y, float* logDet)
    {
        var direction = Room.Of(units);
        for (var i = 0; i < trials * parts; i++, u += units, w += units, b++)
        {
            var bound = Bound(units, u, w, direction, out _, out _);
            int m = i / parts, first = i % parts;
            for (var r = first; r < rows; r += parts)
            {
                var row = ((nint)m * rows) + r;
                var bend = Bend(units, z + (row * units), w, *b);
                Add(units, z + (row * units), bend, direction, y + (row * units));
                logDet[row] = First(Functions<V>.Log1p(V.All((1 - (bend * bend)) * bound)));
            }
        }
    }

    /// <summary>Adds the gradients to those that are wanted.</summary>
    public static void Backward(
        int trials, int rows, int parts, int units, float* z, float* u, float* w, float* b, float* dy, float* dlogDet,
        float* dz, float* du, float* dw, float* db)
    {
        var room = Room.Of(4L * units);
        float* direction = room, none = room + (3 * units);
        new Span<float>(none, units).Clear();
        for (var i = 0; i < trials * parts; i++, u += units, w += units)
        {
            var bound = Bound(units, u, w, direction, out var along, out var square);
            float* toDirection = room + units, toW = room + (2 * units);
            new Span<float>(toDirection, 2 * units).Clear();
            double toBound = 0, toB = 0;
            int m = i / parts, first = i % parts;
            for (var r = first; r < rows; r += parts)
            {
                var row = ((nint)m * rows) + r;
                float* from = z + (row * units), above = dy == null ? none : dy + (row * units);
                var bend = Bend(units, from, w, b[i]);
                float slope = 1 - (bend * bend), ofLog = dlogDet == null ? 0 : dlogDet[row] / (1 + (slope * bound));
                var turn = slope * ((float)Dot(units, direction, above) - (2 * bend * bound * ofLog));
                toBound += slope * ofLog;
                toB += turn;
                Grow(units, bend, above, toDirection);
                Grow(units, turn, from, toW);
                if (dz != null)
                {
                    Grow(units, 1, above, dz + (row * units));
                    Grow(units, turn, w, dz + (row * units));
                }
            }

            // v = u + stretch w, of which stretch = (m - w.u) / |w|^2.
            double stretch = (bound - along) / square, toStretch = Dot(units, toDirection, w) / square;
            var toAlong = ((toBound + toStretch) * First(Functions<V>.Sigmoid(V.All((float)along)))) - toStretch;
            if (du != null)
            {
                Grow(units, 1, toDirection, du + ((nint)i * units));
                Grow(units, (float)toAlong, w, du + ((nint)i * units));
            }

            if (dw != null)
            {
                Grow(units, 1, toW, dw + ((nint)i * units));
                Grow(units, (float)stretch, toDirection, dw + ((nint)i * units));
                Grow(units, (float)toAlong, u, dw + ((nint)i * units));
                Grow(units, (float)(-2 * toStretch * stretch), w, dw + ((nint)i * units));
            }

            if (db != null)
                db[i] += (float)toB;
        }
    }

    /// <summary>w.v, above -1, and v itself.</summary>
    /// <param name="along">w.u.</param>
    /// <param name="square">|w|^2.</param>
    private static float Bound(int units, float* u, float* w, float* direction, out double along, out double square)
    {
        along = Dot(units, w, u);
        square = Dot(units, w, w);
        var bound = First(Functions<V>.Softplus(V.All((float)along))) - 1;
        Add(units, u, (float)((bound - along) / square), w, direction);
        return bound;
    }

    private static float Bend(int units, float* z, float* w, float b) =>
        First(Functions<V>.Tanh(V.All((float)Dot(units, w, z) + b)));

    private static float First(V v)
    {
        float first;
        V.Store(v, &first, 1);
        return first;
    }

    [MethodImpl(Hot)]
    private static double Dot(int n, float* a, float* b)
    {
        var sum = V.All(0);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
            sum = V.Fma(V.Load(a + i), V.Load(b + i), sum);

        if (i < n)
            sum = V.Fma(V.Load(a + i, n - i), V.Load(b + i, n - i), sum);

        return V.Sum(sum);
    }

    private static void Grow(int n, float by, float* from, float* to) => Add(n, to, by, from, to);

    /// <summary>to = a + by b.</summary>
    [MethodImpl(Hot)]
    private static void Add(int n, float* a, float by, float* b, float* to)
    {
        var factor = V.All(by);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
            V.Store(V.Fma(factor, V.Load(b + i), V.Load(a + i)), to + i);

        if (i < n)
            V.Store(V.Fma(factor, V.Load(b + i, n - i), V.Load(a + i, n - i)), to + i, n - i);
    }
}
