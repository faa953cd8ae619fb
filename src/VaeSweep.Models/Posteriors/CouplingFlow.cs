using VaeSweep.Models.Layers;

[assembly: KindsIn(typeof(VaeSweep.Models.Posteriors.CouplingFlow))]

namespace VaeSweep.Models.Posteriors;

/// <summary>Half of the units are scaled and shifted by what the other half and the image say: z_b' = z_b exp(s) + t with
/// (tanh^-1 s, t) = net(z_a, image).</summary>
/// <remarks>Dinh et al. 2017, equations 7 and 8, conditioned on the image: f-VAE's F(eps, x), Su and Wu 2018. The halves change
/// places from layer to layer; a latent layer of one unit is transformed by the image alone. The network has one tanh layer, and
/// its output starts at zero, so that training starts at the Gaussian posterior. |s| below 1 keeps one layer from blowing samples
/// up. No batch normalisation: it would make one image's density depend on the others.</remarks>
internal sealed class CouplingFlow : IFlow
{
    private readonly int _start;
    private readonly int _length;
    private readonly Linear _ofImage;
    private readonly Tensor? _ofOthers;
    private readonly Linear _output;

    private CouplingFlow(PosteriorContext context, int index)
    {
        var (parameters, latent, name) = (context.Layers.Parameters, context.Latent, $"posterior.flow.{index}");
        var half = latent / 2;
        (_start, _length) = index % 2 == 0 || half == 0 ? (half, latent - half) : (0, half);
        _ofImage = Linear.WithBias(parameters, $"{name}.image", context.Features, context.Config.FlowHidden);
        _ofOthers = latent > _length
            ? parameters.Weight($"{name}.others.weight", latent - _length, context.Config.FlowHidden) : null;
        _output = Linear.StartingAtZero(parameters, $"{name}.output", context.Config.FlowHidden, 2 * _length);
    }

    public static Kind<PosteriorContext, IPosterior> Kind { get; } =
        new("coupling", context => new FlowPosterior(
            context.GaussianHead(), Several(context), context.VarianceFloor, shared: false));

    public static IReadOnlyList<IFlow> Several(PosteriorContext context) =>
        [.. Enumerable.Range(0, context.Config.Flows).Select(i => new CouplingFlow(context, i))];

    public IFlowStep Given(Tensor features) => new Step(this, _ofImage.Forward(features));

    private sealed class Step(CouplingFlow flow, Tensor ofImage) : IFlowStep
    {
        public (Tensor Z, Tensor LogDet) Apply(Tensor z)
        {
            var (start, length) = (flow._start, flow._length);
            var hidden = Samples.Repeat(ofImage, Samples.Count(z, ofImage));
            var others = start == 0 ? z.narrow(2, length, z.size(2) - length) : z.narrow(2, 0, start);
            if (flow._ofOthers is { } weight)
                hidden = others.baddbmm(weight, hidden);

            var output = flow._output.Forward(hidden.tanh());
            var logScale = output.narrow(2, 0, length).tanh();
            var moved = z.narrow(2, start, length) * logScale.exp() + output.narrow(2, length, length);
            var joined = flow._ofOthers is null ? moved : start == 0
                ? torch.cat([moved, others], 2) : torch.cat([others, moved], 2);
            return (joined, logScale.sum([2]));
        }
    }
}
