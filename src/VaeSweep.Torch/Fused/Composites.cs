namespace VaeSweep.Torch;

/// <summary>The fused operations as TorchSharp expressions: any device, any precision, any derivative. Shapes as
/// <see cref="fused"/> says.</summary>
internal static class Composites
{
    private static readonly double _log2Pi = Math.Log(2 * Math.PI);

    public static Tensor Linear(Tensor x, Tensor w, Tensor? b, Activation act, double slope) =>
        Activate(b is null ? x.bmm(w) : x.baddbmm(w, b), act, slope);

    public static Tensor Join(Tensor shared, Tensor x)
    {
        var samples = x.size(1) / shared.size(1);
        return torch.cat([samples == 1 ? shared : shared.repeat(1, samples, 1), x], 2);
    }

    public static Tensor GatedLinear(Tensor x, Tensor w, Tensor b, Tensor v, Tensor c) =>
        Linear(x, w, b, Activation.None, 0) * Linear(x, v, c, Activation.Sigmoid, 0);

    public static (Tensor Y, Tensor Mean, Tensor Variance) BatchNorm(
        Tensor x, Tensor weight, Tensor bias, double eps, Activation act, double slope)
    {
        var mean = x.mean([1], keepdim: true);
        var centred = x - mean;
        var variance = centred.square().mean([1], keepdim: true);
        var y = Activate((centred * ((variance + eps).rsqrt() * weight)) + bias, act, slope);
        return (y, mean.detach(), variance.detach());
    }

    public static Tensor BernoulliLogProb(Tensor logits, Tensor x)
    {
        var l = BySample(logits, x.size(1));
        return ((x.unsqueeze(1) * l) - nn.functional.softplus(l)).sum(dim: -1).flatten(1);
    }

    public static Tensor GaussianLogProb(Tensor x, Tensor mean, Tensor logvar)
    {
        var rows = Math.Min(x.size(1), Math.Min(mean.size(1), logvar.size(1)));
        var lv = BySample(logvar, rows);
        var distance = BySample(x, rows) - BySample(mean, rows);
        return (-0.5 * (_log2Pi + lv + (distance.square() * lv.neg().exp()))).sum(dim: -1).flatten(1);
    }

    public static (Tensor Z, Tensor KlUnits) GaussianSample(Tensor mu, Tensor logvar, Tensor eps)
    {
        var z = (mu.unsqueeze(1) + ((0.5 * logvar).exp().unsqueeze(1) * BySample(eps, mu.size(1)))).flatten(1, 2);
        return (z, 0.5 * (logvar.exp() + mu.square() - 1 - logvar));
    }

    public static Tensor RowMean(Tensor a) => a.ndim == 2 ? a.mean([1]) : a.flatten(1).sum([1]) / a.size(1);

    public static Tensor Minus(Tensor a, Tensor b, Tensor? weight) => weight is null
        ? a - b : a - (weight.reshape([weight.size(0), .. Enumerable.Repeat(1L, (int)a.ndim - 1)]) * b);

    /// <remarks>The mass between a and a + h is sigmoid(a + h) sigmoid(-a) (1 - exp(-h)): the difference of two sigmoids without
    /// its cancellation.</remarks>
    public static Tensor LogisticLogProb(Tensor mean, Tensor logScale, Tensor x, bool openBins)
    {
        const int Values = 256;
        const double MassFloor = 1e-7;
        const double LowestLogScale = -4.5;
        var value = (x * Values).floor().clamp(0, Values - 1).unsqueeze(1);
        var inverseScale = BySample(logScale, x.size(1)).clamp(LowestLogScale, 0).neg().exp();
        var centre = BySample(mean, x.size(1)).sigmoid().clamp(0.5 / Values, 1 - (0.5 / Values));
        var below = ((value / Values) - centre) * inverseScale;
        var width = inverseScale / Values;
        if (!openBins)
        {
            return (((below + width).sigmoid() * below.neg().sigmoid() * width.neg().expm1().neg()) + MassFloor).log()
                .sum(dim: -1).flatten(1);
        }

        // The first factor is 1 at the brightest value, the second at the darkest, the third at both.
        var (notBrightest, notDarkest) = (value.lt(Values - 1).to(below.dtype), value.gt(0).to(below.dtype));
        var mass = (notBrightest * nn.functional.logsigmoid(below + width)) + (notDarkest * nn.functional.logsigmoid(below.neg()))
            + (notBrightest * notDarkest * width.neg().expm1().neg().log());
        return mass.sum(dim: -1).flatten(1);
    }

    public static Tensor LogSoftplus(Tensor x, double floor) => (nn.functional.softplus(x) + floor).log();

    public static Tensor GaussianKl(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar, double floor)
    {
        Tensor Floored(Tensor lv) => floor > 0 ? (lv.exp() + floor).log() : lv;
        var (lq, lp) = (Floored(logvar), Floored(otherLogvar));
        return (lp - lq + ((lq.exp() + (mean - otherMean).square()) * lp.neg().exp()) - 1) * 0.5;
    }

    /// <remarks>The weight of the first mean, (1/v) / (1/v + 1/w), is sigmoid(log w - log v): no precision is ever formed, so
    /// none overflows.</remarks>
    public static (Tensor Mean, Tensor LogVar) GaussianMerge(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar)
    {
        var gap = otherLogvar - logvar;
        return ((mean * gap.sigmoid()) + (otherMean * gap.neg().sigmoid()), torch.logaddexp(logvar.neg(), otherLogvar.neg())
            .neg());
    }

    public static (Tensor Z, Tensor LogDet) PlanarFlow(Tensor z, Tensor u, Tensor w, Tensor b)
    {
        var along = (w * u).sum([2], keepdim: true);
        var bound = nn.functional.softplus(along) - 1;
        var invertible = u + ((bound - along) * w / w.square().sum([2], keepdim: true));
        var rows = BySample(z, u.size(1));
        var bend = ((rows * w.unsqueeze(1)).sum([3], keepdim: true) + b.unsqueeze(1)).tanh();
        var logDet = ((1 - bend.square()) * bound.unsqueeze(1)).log1p();
        return ((rows + (invertible.unsqueeze(1) * bend)).flatten(1, 2), logDet.flatten(1));
    }

    private static Tensor Activate(Tensor t, Activation act, double slope) => act switch
    {
        Activation.None => t,
        Activation.Softplus => nn.functional.softplus(t),
        Activation.Relu => nn.functional.relu(t),
        Activation.LeakyRelu => nn.functional.leaky_relu(t, slope),
        Activation.Tanh => t.tanh(),
        Activation.Sigmoid => t.sigmoid(),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "There is no such activation."),
    };

    /// <summary>[M, K*B, D] as [M, K, B, D], so that a tensor of B rows broadcasts over K.</summary>
    private static Tensor BySample(Tensor t, long rows) => t.reshape(t.size(0), t.size(1) / rows, rows, t.size(2));
}
