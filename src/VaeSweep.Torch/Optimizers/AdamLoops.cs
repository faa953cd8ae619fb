using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

/// <summary>A step of Adam by kernels: one pass over parameter, gradient and both moments of each trial.</summary>
internal static unsafe class AdamLoops
{
    /// <summary>Whether kernels can do it: they run, and all is on the CPU.</summary>
    public static bool Reach(AdamSlot slot) =>
        TorchRuntime.OwnKernels && slot.Parameter.device_type == DeviceType.CPU && slot.Parameter.is_contiguous();

    public static void Step(IReadOnlyList<AdamSlot> slots, AdamSettings s)
    {
        var trials = (int)s.Steps.size(0);
        Span<double> sums = stackalloc double[slots.Count];
        for (var trial = 0; trial < trials; trial++)
        {
            double At(Tensor t) => Raw.Doubles(t)[trial];
            var step = Raw.Doubles(s.Steps)[trial] += 1;
            var form = At(s.Hat) > 0 ? EpsilonForm.Hat : EpsilonForm.Torch;
            var c = AdamCoefficients.At(step, At(s.Rate), At(s.Beta1), At(s.Beta2), At(s.Eps), form);
            var (clip, entries, normalise) = (At(s.Clip), At(s.ClipEntries), At(s.Normalise));
            double total = 0;
            var shaped = entries > 0 || normalise > 0;
            if (shaped || clip > 0)
            {
                for (var i = 0; i < slots.Count; i++)
                    total += sums[i] = Part.Of(slots[i], trial, trials).Squares();

                c = c with { Scale = clip > 0 ? Math.Min(1, clip / (Math.Sqrt(total) + 1e-6)) : 1 };
            }

            double moved = 0;
            for (var i = 0; i < slots.Count; i++)
            {
                var part = Part.Of(slots[i], trial, trials);
                if (shaped)
                {
                    part.Shape(normalise > 0 ? 1 / (Math.Sqrt(sums[i]) + normalise) : c.Scale, entries > 0
                        ? entries : double.PositiveInfinity);
                }

                moved += part.Move(shaped ? c with { Scale = 1 } : c);
            }

            Raw.Doubles(s.Norm)[trial] = Math.Sqrt(shaped ? total : moved);
        }
    }

    /// <summary>One trial's slice of one parameter.</summary>
    private readonly ref struct Part
    {
        private readonly AdamSlot _slot;
        private readonly long _n;
        private readonly long _at;

        private Part(AdamSlot slot, long n, long at) => (this._slot, this._n, this._at) = (slot, n, at);

        private static IKernels Kernels => TorchRuntime.Kernels!;

        private bool IsFloat => _slot.Parameter.dtype == ScalarType.Float32;

        public static Part Of(AdamSlot slot, int trial, int trials)
        {
            var size = slot.Parameter.numel() / trials;
            return new Part(slot, size, trial * size);
        }

        public double Squares() => IsFloat
            ? Kernels.Squares(_n, Raw.Floats(_slot.Gradient) + _at)
            : Kernels.Squares(_n, Raw.Doubles(_slot.Gradient) + _at);

        public void Shape(double scale, double most)
        {
            if (IsFloat)
                Kernels.ShapeGradient(_n, Raw.Floats(_slot.Gradient) + _at, scale, most);
            else
                Kernels.ShapeGradient(_n, Raw.Doubles(_slot.Gradient) + _at, scale, most);
        }

        public double Move(in AdamCoefficients c) => IsFloat
            ? Kernels.Adam(_n, Raw.Floats(_slot.Parameter) + _at, Raw.Floats(_slot.Gradient) + _at, Raw.Floats(_slot.First) + _at,
                Raw.Floats(_slot.Second) + _at, c)
            : Kernels.Adam(_n, Raw.Doubles(_slot.Parameter) + _at, Raw.Doubles(_slot.Gradient) + _at, Raw.Doubles(_slot.First)
                + _at,
                Raw.Doubles(_slot.Second) + _at, c);
    }
}
