using VaeSweep.Models.Layers;

[assembly: KindsIn(typeof(VaeSweep.Models.Posteriors.PlanarFlow))]

namespace VaeSweep.Models.Posteriors;

/// <summary>f(z) = z + u' tanh(w.z + b), with u' = u + (m(w.u) - w.u) w/|w|^2 and m(a) = softplus(a) - 1, which keeps w.u' above
/// -1 and f invertible.</summary>
/// <remarks>Rezende and Mohamed 2015, equations 10 to 12 and appendix A.1. One u, w and b for all images, started at N(0, 0.01^2)
/// and zero, as in parmesan; or, amortised, linear in the encoder's last hidden layer with biases that start there.</remarks>
internal sealed class PlanarFlow : IFlow
{
    private const double Spread = 0.01;

    private readonly Func<Tensor, Tensor> _u;
    private readonly Func<Tensor, Tensor> _w;
    private readonly Func<Tensor, Tensor> _b;

    private PlanarFlow(Func<Tensor, Tensor> u, Func<Tensor, Tensor> w, Func<Tensor, Tensor> b) => (_u, _w, _b) = (u, w, b);

    public static Kind<PosteriorContext, IPosterior> Kind { get; } = new("planar", context =>
        new FlowPosterior(context.GaussianHead(), Several(context), context.VarianceFloor,
            shared: !context.Config.AmortisedFlows));

    public static IReadOnlyList<IFlow> Several(PosteriorContext context) =>
        [.. Enumerable.Range(0, context.Config.Flows).Select(i =>
    {
        var parameters = context.Layers.Parameters;
        Func<Tensor, Tensor> Part(string name, int size, double spread)
        {
            var full = $"posterior.flow.{i}.{name}";
            if (context.Config.AmortisedFlows)
            {
                return Linear.WithDrawnBias(
                    parameters, full, context.Features, size, (slice, stream) => slice.normal_(0, spread, stream)).Forward;
            }

            var shared = parameters.Parameter(full, [1, size], (slice, stream) => slice.normal_(0, spread, stream));
            return _ => shared;
        }

        return new PlanarFlow(Part("u", context.Latent, Spread), Part("w", context.Latent, Spread), Part("b", 1, 0));
    })];

    public IFlowStep Given(Tensor features) => new Step(_u(features), _w(features), _b(features));

    private sealed class Step(Tensor u, Tensor w, Tensor b) : IFlowStep
    {
        public (Tensor Z, Tensor LogDet) Apply(Tensor z) => fused.planar_flow(z, u, w, b);
    }
}
