using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Evaluation;

/// <summary>I(X;Z) in nats under q and the images that were added: the mean of log q(z_n|x_n) - log (1/N) sum_m q(z_n|x_m), one
/// z_n an image.</summary>
/// <remarks>
/// Hoffman and Johnson 2016, section 2: what a code tells about which of the N images it is of. It is unbiased for those N images
/// and at most log N; for the data that they were drawn from it is too small once the truth comes near to log N. The part of the
/// rate that is no information, KL(q(z)||p(z)), is the KL minus this. Of a model with several layers it is of the layer that is
/// inferred from the image alone; after planar flows shared by all images it is that of the Gaussian before them, which a
/// bijection leaves as it is. It takes N^2 densities, in pieces of bounded memory.
/// </remarks>
public sealed class MutualInformation : IDisposable
{
    /// <summary>Densities that a piece may hold: 64 MB of float64.</summary>
    private const long PieceValues = 8_000_000;

    private readonly List<(Tensor Mean, Tensor LogVar, Tensor Eps)> _batches = [];

    /// <summary>Which stochastic layer it is of, counted from 0 on the data side; null before images were added, or when the
    /// model has no such layer.</summary>
    public int? Layer { get; private set; }

    /// <summary>Images that were added.</summary>
    public long Images => _batches.Sum(batch => batch.Mean.size(1));

    /// <param name="x">[M, B, D].</param>
    /// <param name="streams">Each trial's own.</param>
    /// <returns>False when the model has no posterior whose density at other images' codes is known: there is no estimate
    /// then.</returns>
    public bool Add(PackModel model, Tensor x, IReadOnlyList<NoiseStream> streams)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        if (model.ExplicitPosterior(x) is not var (layer, mean, logVar))
            return false;

        var eps = Noise.randn(mean.shape, streams, mean.dtype, mean.device);
        Layer = layer;
        _batches.Add((Kept(mean), Kept(logVar), Kept(eps)));
        return true;
    }

    /// <summary>One value a trial.</summary>
    /// <param name="abandon">Asked between pieces of work; true ends it, and the answer is null.</param>
    /// <exception cref="InvalidOperationException">No images were added.</exception>
    public double[]? Result(Func<bool>? abandon = null)
    {
        if (_batches.Count == 0)
            throw new InvalidOperationException("no images were added, so there is nothing to be informed of.");

        using var noGrad = no_grad();
        var values = new double[_batches[0].Mean.size(0)];
        for (var trial = 0; trial < values.Length; trial++)
        {
            if (OfTrial(trial, abandon) is not { } value)
                return null;

            values[trial] = value;
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (mean, logVar, eps) in _batches)
        {
            mean.Dispose();
            logVar.Dispose();
            eps.Dispose();
        }

        _batches.Clear();
    }

    private double? OfTrial(int trial, Func<bool>? abandon)
    {
        using var scope = NewDisposeScope();
        Tensor Whole(Func<(Tensor Mean, Tensor LogVar, Tensor Eps), Tensor> part) =>
            torch.cat([.. _batches.Select(batch => part(batch).narrow(0, trial, 1))], 1);
        var (q, eps) = (new Gaussian(Whole(batch => batch.Mean), Whole(batch => batch.LogVar)), Whole(batch => batch.Eps));
        var aggregate = new GaussianMixture(q, ScalarType.Float64);
        var z = q.At(eps);
        var own = q.LogDensityOfSample(eps);
        var (images, sum) = (z.size(1), 0.0);
        var piece = Math.Max(1, PieceValues / images);
        for (long start = 0; start < images; start += piece)
        {
            if (abandon?.Invoke() == true)
                return null;

            using var step = NewDisposeScope();
            var count = Math.Min(piece, images - start);
            sum += (own.narrow(1, start, count) - aggregate.LogDensity(z.narrow(1, start, count))).sum([0, 1]).item<double>();
        }

        return sum / images;
    }

    private static Tensor Kept(Tensor tensor) => tensor.detach().to(ScalarType.Float64).DetachFromDisposeScope();
}
