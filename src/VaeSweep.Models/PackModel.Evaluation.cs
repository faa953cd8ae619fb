using VaeSweep.Models.Evaluation;
using VaeSweep.Models.Families;
using VaeSweep.Models.Objectives;

namespace VaeSweep.Models;

/// <content>Everything here runs without gradients and with running statistics, whatever <see cref="Training"/> says, and leaves
/// the model as it was.</content>
public sealed partial class PackModel
{
    /// <summary>Values of one image's samples that a chunk may hold: 16 MB of float32 pixels for each trial, and a fifth of it
    /// where a processor's cache is to hold what passes from layer to layer.</summary>
    private long ChunkValues => _parameters.Device.type == DeviceType.CPU ? 800_000 : 4_000_000;

    /// <summary>Bounds of each image at beta = 1.</summary>
    /// <param name="x">[M, B, D].</param>
    /// <param name="eps">As <see cref="NoiseShapes"/> has it; its rows decide K.</param>
    public BoundTerms EvaluateBound(Tensor x, IReadOnlyList<Tensor> eps)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        var sample = _family.Draw(_family.Encode(x), x, eps, ratios: true);
        var recon = Samples.Split(sample.LogLikelihood.to(ScalarType.Float64), sample.K).mean([1]);
        var kl = LatentCost.KlOfImages(sample).to(ScalarType.Float64);
        var importance = ImportanceWeighted.OfImages(LogWeights(sample).to(ScalarType.Float64), sample.K);
        var units = sample.Layers.Select(layer =>
            LatentCost.MeanKlUnits(layer)?.to(ScalarType.Float64).MoveToOuterDisposeScope());
        var layers = sample.Layers.Select(layer => LatentCost.MeanKl(layer).to(ScalarType.Float64).MoveToOuterDisposeScope());
        return new BoundTerms((recon - kl).MoveToOuterDisposeScope(), recon.MoveToOuterDisposeScope(),
            kl.MoveToOuterDisposeScope(),
            importance.MoveToOuterDisposeScope(), [.. units], [.. layers]);
    }

    /// <summary>Log-likelihood of each image by importance sampling with q(z|x) as the proposal: L_S, a lower bound in
    /// expectation that rises with S.</summary>
    /// <param name="x">[M, B, D].</param>
    /// <param name="samples">S.</param>
    /// <param name="streams">Each trial's own.</param>
    /// <param name="chunk">Samples computed at a time; memory is bounded by it whatever S. 0 chooses it from B and D, never from
    /// M, so that a trial's noise does not depend on its pack. Another chunk draws other noise.</param>
    /// <returns>[M, B], nats, float64.</returns>
    /// <remarks>Burda et al. 2016, section 5: S = 5000.</remarks>
    public Tensor LogLikelihood(
        Tensor x, int samples, IReadOnlyList<NoiseStream> streams, int chunk = 0,
        CancellationToken cancellationToken = default) =>
        LogLikelihood(x, samples, k => DrawNoise((int)x.size(1), k, streams), chunk, cancellationToken);

    /// <summary>The same of any noise.</summary>
    /// <param name="draw">Gives K samples an image of it, each time others.</param>
    internal Tensor LogLikelihood(
        Tensor x, int samples, Func<int, IReadOnlyList<Tensor>> draw, int chunk, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        var (batch, pixels) = ((int)x.size(1), x.size(2));
        var atOnce = chunk > 0 ? chunk : (int)Math.Clamp(ChunkValues / (batch * pixels), 1, samples);
        var encoded = _family.Encode(x);
        using var mean = new StreamedLogMeanExp();
        for (var done = 0; done < samples; done += atOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var sample = _family.Draw(encoded, x, draw(Math.Min(atOnce, samples - done)), ratios: true);
            mean.Add(Samples.Split(LogWeights(sample), sample.K));
        }

        return mean.Result().MoveToOuterDisposeScope();
    }

    /// <summary>E[z|x] of each stochastic layer, data side first, [M, B, Z]; where a layer is inferred from another's sample,
    /// from its mean.</summary>
    public IReadOnlyList<Tensor> PosteriorMeans(Tensor x)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return [.. _family.Posteriors(_family.Encode(x)).Select(q => q.Mean.MoveToOuterDisposeScope())];
    }

    /// <summary>E[z|x] of each stochastic layer as <see cref="PosteriorMeans(Tensor)"/>, but where a layer is inferred from
    /// another's sample, given a sample of that one: what the IWAE code counts active units from.</summary>
    /// <param name="eps">As <see cref="NoiseShapes"/> has it for one sample an image.</param>
    public IReadOnlyList<Tensor> PosteriorMeans(Tensor x, IReadOnlyList<Tensor> eps)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return [.. _family.Posteriors(_family.Encode(x), eps).Select(q => q.Mean.MoveToOuterDisposeScope())];
    }

    /// <summary>The stochastic layer that is inferred from the image alone, counted from 0 on the data side, and mean and
    /// log-variance of its q(z|x), [M, B, Z]; after planar flows that all images share, of the Gaussian before them. Null where
    /// each image's flow is its own.</summary>
    public (int Layer, Tensor Mean, Tensor LogVar)? ExplicitPosterior(Tensor x)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return _family.Explicit(_family.Encode(x)) is var (layer, q)
            ? (layer, q.Mean.MoveToOuterDisposeScope(), q.LogVar.MoveToOuterDisposeScope()) : null;
    }

    /// <summary>Mean and log-variance of q of each stochastic layer, data side first, [M, B, Z] each; where a layer is inferred
    /// from another's sample, given that one's mean.</summary>
    public IReadOnlyList<(Tensor Mean, Tensor LogVar)> Posteriors(Tensor x)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return [.. _family.Posteriors(_family.Encode(x))
            .Select(q => (q.Mean.MoveToOuterDisposeScope(), q.LogVar.MoveToOuterDisposeScope()))];
    }

    /// <summary>A draw from q of each stochastic layer, data side first, [M, K*B, Z] each: every layer given the samples of those
    /// it is inferred from.</summary>
    /// <param name="x">[M, B, D].</param>
    /// <param name="eps">As <see cref="NoiseShapes"/> has it; its rows decide K.</param>
    public IReadOnlyList<Tensor> PosteriorSamples(Tensor x, IReadOnlyList<Tensor> eps)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return [.. _family.Draw(_family.Encode(x), x, eps, ratios: false).Layers.Select(layer =>
            layer.Z.MoveToOuterDisposeScope())];
    }

    /// <summary>E[z|x] of the stochastic layer next to the data, [M, B, Z].</summary>
    public Tensor PosteriorMean(Tensor x) => PosteriorMeans(x)[0];

    /// <summary>E[x|z], [M, R, D].</summary>
    /// <param name="z">[M, R, Z] of each stochastic layer, data side first; layers that images do not depend on directly (all but
    /// the first, in every family but hvae) may be left out.</param>
    public Tensor Decode(params IReadOnlyList<Tensor> z)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return _family.Decode(z).MoveToOuterDisposeScope();
    }

    /// <summary>Mean images E[x|z] of latents drawn from the prior, [M, count, D]; from the layers above first where there are
    /// several.</summary>
    /// <param name="streams">Each trial's own.</param>
    public Tensor Sample(int count, IReadOnlyList<NoiseStream> streams)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return _family.Decode(_family.SampleLatents(count, streams)).MoveToOuterDisposeScope();
    }

    /// <summary>Latents drawn from the prior, from the top layer downwards, data side first, [M, count, Z] each.</summary>
    /// <param name="streams">Each trial's own.</param>
    public IReadOnlyList<Tensor> SampleLatents(int count, IReadOnlyList<NoiseStream> streams)
    {
        using var evaluating = new Evaluating(this);
        using var scope = NewDisposeScope();
        return [.. _family.SampleLatents(count, streams).Select(z => z.MoveToOuterDisposeScope())];
    }

    private static Tensor LogWeights(LatentSample sample) => sample.LogLikelihood - LatentCost.LogRatio(sample);

    /// <summary>No gradients and no batch statistics while it lives.</summary>
    private readonly ref struct Evaluating
    {
        private readonly PackModel _model;
        private readonly bool _training;
        private readonly IDisposable _noGrad;

        public Evaluating(PackModel model)
        {
            _model = model;
            _training = model._mode.Training;
            model._mode.Training = false;
            _noGrad = no_grad();
        }

        public void Dispose()
        {
            _noGrad.Dispose();
            _model._mode.Training = _training;
        }
    }
}
