using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Log-mass of discretised logistic pixels over 256 grey values.</summary>
/// <remarks>Step by step over a strip of pixels that stays in the first-level cache: all at once would be more than the compiler
/// inlines.</remarks>
internal static unsafe class Logistic<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    private const int Strip = 256;
    private const float Values = 256;
    private const float LowestLogScale = -4.5f;
    private const float MassFloor = 1e-7f;

    public static void LogLikelihood(
        int trials, int rows, int batch, int columns, float* mean, float* logScale, PackRows x, bool openBins, float* value,
        float* dmean,
        float* dlogScale)
    {
        var room = stackalloc float[Pixels.Arrays * Strip];
        for (var m = 0; m < trials; m++)
        {
            for (var r = 0; r < rows; r++, value++)
            {
                var target = x.At(m, r % batch);
                var sum = V.All(0);
                for (var i = 0; i < columns; i += Strip)
                {
                    var at = ((((nint)m * rows) + r) * columns) + i;
                    var n = Math.Min(Strip, columns - i);
                    var p = new Pixels(room, n, mean + at, logScale + at, target + i);
                    Edges(p);
                    Sides(p.Padded, p.Above, p.AboveShare, p.AboveRest);
                    Sides(p.Padded, p.Below, p.BelowShare, p.BelowRest);
                    Widths(p);
                    if (openBins)
                        OpenTerms(p);
                    else
                        ClosedTerms(p);

                    sum = Add(p, sum);
                    if (dmean != null)
                    {
                        Slopes(p);
                        Unsafe.CopyBlockUnaligned(dmean + at, p.ToBelow, (uint)(n * sizeof(float)));
                        Unsafe.CopyBlockUnaligned(dlogScale + at, p.ToAbove, (uint)(n * sizeof(float)));
                    }
                }

                *value = (float)V.Sum(sum);
            }
        }
    }

    /// <summary>The edges' distances from the mean by the scale.</summary>
    [MethodImpl(Hot)]
    private static void Edges(in Pixels p)
    {
        V zero = V.All(0), least = V.All(0.5f / Values), most = V.All(1 - (0.5f / Values)), share = V.All(1 / Values);
        for (var i = 0; i < p.Padded; i += V.Width)
        {
            var sigmoid = Functions<V>.Sigmoid(V.Load(p.Mean + i));
            var inverse = Functions<V>.Exp(-V.Min(zero, V.Max(V.All(LowestLogScale), V.Load(p.LogScale + i))));

            // From p / 255, (p + 0.5) / 256 and (p + u) / 256 alike.
            var grey = V.Max(zero, V.Min(V.All(Values - 1), V.Floor(V.Load(p.X + i) * V.All(Values))));
            var below = V.Fma(grey, share, -V.Min(most, V.Max(least, sigmoid))) * inverse;
            V.Store(grey, p.X + i);
            V.Store(sigmoid, p.Mean + i);
            V.Store(inverse, p.Inverse + i);
            V.Store(below, p.Below + i);
            V.Store(below + (inverse * share), p.Above + i);
        }
    }

    /// <summary>sigmoid(z) and sigmoid(-z) from one exponential.</summary>
    [MethodImpl(Hot)]
    private static void Sides(int n, float* z, float* share, float* rest)
    {
        V zero = V.All(0), one = V.All(1);
        for (var i = 0; i < n; i += V.Width)
        {
            V v = V.Load(z + i), u = Functions<V>.ExpNegative(-Functions<V>.Abs(v)), large = one / (one + u), small = u * large;
            V.Store(V.IfLess(v, zero, small, large), share + i);
            V.Store(V.IfLess(v, zero, large, small), rest + i);
        }
    }

    /// <summary>1 - exp(-width).</summary>
    [MethodImpl(Hot)]
    private static void Widths(in Pixels p)
    {
        var share = V.All(-1 / Values);
        for (var i = 0; i < p.Padded; i += V.Width)
            V.Store(-Functions<V>.Expm1Negative(V.Load(p.Inverse + i) * share), p.Inside + i);
    }

    /// <summary>log(sigmoid(above) sigmoid(-below) (1 - exp(-width)) + floor), and its derivatives by both edges and the
    /// width.</summary>
    [MethodImpl(Hot)]
    private static void ClosedTerms(in Pixels p)
    {
        V one = V.All(1), floor = V.All(MassFloor);
        for (var i = 0; i < p.Padded; i += V.Width)
        {
            V inside = V.Load(p.Inside + i), mass = V.Load(p.AboveShare + i) * V.Load(p.BelowRest + i) * inside,
                total = mass + floor;
            var share = mass / total;
            V.Store(Functions<V>.Log(total), p.Term + i);
            V.Store(share * V.Load(p.AboveRest + i), p.ToAbove + i);
            V.Store(-share * V.Load(p.BelowShare + i), p.ToBelow + i);
            V.Store(share * (one - inside) / inside, p.ToWidth + i);
        }
    }

    /// <summary>The same without a floor, the first factor 1 at the brightest value, the second at the darkest, the third at
    /// both.</summary>
    [MethodImpl(Hot)]
    private static void OpenTerms(in Pixels p)
    {
        V zero = V.All(0), one = V.All(1), brightest = V.All(Values - 1);
        for (var i = 0; i < p.Padded; i += V.Width)
        {
            V grey = V.Load(p.X + i), inside = V.Load(p.Inside + i), above = V.Load(p.Above + i), below = V.Load(p.Below + i);
            V notBrightest = V.IfLess(grey, brightest, one, zero), notDarkest = V.IfLess(zero, grey, one, zero),
                inner = notBrightest * notDarkest;
            var term = inner * Functions<V>.Log(inside);
            term -= notBrightest * Functions<V>.Softplus(-above);
            V.Store(term - (notDarkest * Functions<V>.Softplus(below)), p.Term + i);
            V.Store(notBrightest * V.Load(p.AboveRest + i), p.ToAbove + i);
            V.Store(-notDarkest * V.Load(p.BelowShare + i), p.ToBelow + i);
            V.Store(inner * (one - inside) / inside, p.ToWidth + i);
        }
    }

    private static V Add(in Pixels p, V sum)
    {
        for (var i = 0; i < p.Count; i += V.Width)
            sum += V.Load(p.Term + i, Math.Min(V.Width, p.Count - i));

        return sum;
    }

    /// <summary>Derivatives by mean (in place of ToBelow) and scale (in place of ToAbove), before sigmoid and clamps.</summary>
    /// <remarks>Both edges move against the mean; edges and width shrink with the scale's logarithm. What is clamped does not
    /// move.</remarks>
    [MethodImpl(Hot)]
    private static void Slopes(in Pixels p)
    {
        V zero = V.All(0), one = V.All(1), least = V.All(0.5f / Values), most = V.All(1 - (0.5f / Values)),
            lowest = V.All(LowestLogScale);
        for (var i = 0; i < p.Padded; i += V.Width)
        {
            V toBelow = V.Load(p.ToBelow + i), toAbove = V.Load(p.ToAbove + i), inverse = V.Load(p.Inverse + i),
                sigmoid = V.Load(p.Mean + i);
            var slope = -inverse * (toBelow + toAbove) * sigmoid * (one - sigmoid);
            V.Store(V.IfLess(sigmoid, least, zero, V.IfLess(most, sigmoid, zero, slope)), p.ToBelow + i);
            slope = inverse * V.All(1 / Values) * V.Load(p.ToWidth + i);
            slope = -V.Fma(V.Load(p.Below + i), toBelow, V.Fma(V.Load(p.Above + i), toAbove, slope));
            var raw = V.Load(p.LogScale + i);
            V.Store(V.IfLess(raw, lowest, zero, V.IfLess(zero, raw, zero, slope)), p.ToAbove + i);
        }
    }

    /// <summary>A strip's arrays, filled up with zeros to whole vectors.</summary>
    private readonly struct Pixels
    {
        public const int Arrays = 15;

        private readonly float* _room;

        public Pixels(float* room, int count, float* mean, float* logScale, float* x)
        {
            this._room = room;
            Count = count;
            Take(mean, Mean);
            Take(logScale, LogScale);
            Take(x, X);
        }

        public int Count { get; }

        public int Padded => (Count + V.Width - 1) / V.Width * V.Width;

        public float* Mean => _room;

        public float* LogScale => _room + (1 * Strip);

        public float* X => _room + (2 * Strip);

        public float* Inverse => _room + (3 * Strip);

        public float* Below => _room + (4 * Strip);

        public float* Above => _room + (5 * Strip);

        public float* BelowShare => _room + (6 * Strip);

        public float* BelowRest => _room + (7 * Strip);

        public float* AboveShare => _room + (8 * Strip);

        public float* AboveRest => _room + (9 * Strip);

        public float* Inside => _room + (10 * Strip);

        public float* Term => _room + (11 * Strip);

        public float* ToBelow => _room + (12 * Strip);

        public float* ToAbove => _room + (13 * Strip);

        public float* ToWidth => _room + (14 * Strip);

        private void Take(float* from, float* to)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)(Count * sizeof(float)));
            new Span<float>(to + Count, Padded - Count).Clear();
        }
    }
}
