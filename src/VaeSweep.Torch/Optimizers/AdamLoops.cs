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
                {
                    total += sums[i] = Part.Of(slots[i], trial, trials).Squares();
                }

                c = c with { Scale = clip > 0 ? Math.Min(1, clip / (Math.Sqrt(total) + 1e-6)) : 1 };
            }

            double moved = 0;
            for (var i = 0; i < slots.Count; i++)
            {
                var part = Part.Of(slots[i], trial, trials);
                if (shaped)
                {
                    part.Shape(normalise > 0 ? 1 / (Math.Sqrt(sums[i]) + normalise) : c.Scale, entries > 0 ? entries : double.PositiveInfinity);
                }

                moved += part.Move(shaped ? c with { Scale = 1 } : c);
            }

            Raw.Doubles(s.Norm)[trial] = Math.Sqrt(shaped ? total : moved);
        }
    }

    /// <summary>One trial's slice of one parameter.</summary>
    private readonly ref struct Part
    {
        private readonly AdamSlot slot;
        private readonly long n;
        private readonly long at;

        private Part(AdamSlot slot, long n, long at) => (this.slot, this.n, this.at) = (slot, n, at);

        private static IKernels Kernels => TorchRuntime.Kernels!;

        private bool IsFloat => slot.Parameter.dtype == ScalarType.Float32;

        public static Part Of(AdamSlot slot, int trial, int trials)
        {
            var size = slot.Parameter.numel() / trials;
            return new Part(slot, size, trial * size);
        }

        public double Squares() => IsFloat
            ? Kernels.Squares(n, Raw.Floats(slot.Gradient) + at)
            : Kernels.Squares(n, Raw.Doubles(slot.Gradient) + at);

        public void Shape(double scale, double most)
        {
            if (IsFloat)
            {
                Kernels.ShapeGradient(n, Raw.Floats(slot.Gradient) + at, scale, most);
            }
            else
            {
                Kernels.ShapeGradient(n, Raw.Doubles(slot.Gradient) + at, scale, most);
            }
        }

        public double Move(in AdamCoefficients c) => IsFloat
            ? Kernels.Adam(n, Raw.Floats(slot.Parameter) + at, Raw.Floats(slot.Gradient) + at, Raw.Floats(slot.First) + at,
                Raw.Floats(slot.Second) + at, c)
            : Kernels.Adam(n, Raw.Doubles(slot.Parameter) + at, Raw.Doubles(slot.Gradient) + at, Raw.Doubles(slot.First) + at,
                Raw.Doubles(slot.Second) + at, c);
    }
}
