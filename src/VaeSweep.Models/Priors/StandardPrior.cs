[assembly: KindsIn(typeof(VaeSweep.Models.Priors.StandardPrior))]

namespace VaeSweep.Models.Priors;

/// <summary>p(z) = N(0, I).</summary>
internal sealed class StandardPrior(PriorContext context) : IPrior, IDensity
{
    private static readonly double _log2Pi = Math.Log(2 * Math.PI);

    public static Kind<PriorContext, IPrior> Kind { get; } = new("standard", context => new StandardPrior(context));

    public bool IsStandard => true;

    public IDensity Prepare() => this;

    public Tensor LogDensity(Tensor z) => (z.square().sum([-1]) + z.size(2) * _log2Pi) * -0.5;

    public Tensor Sample(int count, IReadOnlyList<NoiseStream> streams) =>
        Noise.randn([context.Parameters.Trials, count, context.Latent], streams, context.Parameters.Dtype,
            context.Parameters.Device);
}
