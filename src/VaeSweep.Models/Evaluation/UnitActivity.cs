namespace VaeSweep.Models.Evaluation;

/// <summary>Variance over images of each latent unit's posterior mean, gathered batch by batch in float64.</summary>
/// <remarks>Burda et al. 2016, appendix C: A_u = Var_x(E_q[u|x]), biased; a unit is active above 0.01 (Bettencourt and Craddock:
/// 0.1). Batches are merged by means and sums of squared deviations (Chan et al. 1979), so a large mean does not cost
/// digits.</remarks>
public sealed class UnitActivity : IDisposable
{
    private readonly List<Moments> _layers = [];

    /// <param name="means">One tensor a stochastic layer, data side first, [M, B, Z]: what <see cref="PackModel.PosteriorMeans"/>
    /// gives.</param>
    public void Add(IReadOnlyList<Tensor> means)
    {
        while (_layers.Count < means.Count)
            _layers.Add(new Moments());

        for (var layer = 0; layer < means.Count; layer++)
            _layers[layer].Add(means[layer]);
    }

    /// <summary>Number of stochastic layers seen.</summary>
    public int Layers => _layers.Count;

    /// <summary>Of one trial and layer, one value a unit.</summary>
    /// <exception cref="InvalidOperationException">No images were added.</exception>
    public double[] Variance(int trial, int layer) => _layers[layer].Variance(trial);

    /// <summary>Units of one trial, all layers together, whose variance exceeds the threshold.</summary>
    public int Active(int trial, double threshold) =>
        Enumerable.Range(0, _layers.Count).Sum(layer => Variance(trial, layer).Count(variance => variance > threshold));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers)
            layer.Dispose();

        _layers.Clear();
    }

    private sealed class Moments : IDisposable
    {
        private Tensor? _mean;
        private Tensor? _squares;
        private double[]? _read;
        private long _count;

        public void Add(Tensor means)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var batch = means.detach().to(ScalarType.Float64);
            var n = batch.size(1);
            var mean = batch.mean([1]);
            var squares = (batch - mean.unsqueeze(1)).square().sum([1]);
            if (_mean is not null)
            {
                var total = _count + n;
                var gap = mean - _mean;
                squares = _squares! + squares + gap.square() * ((double)_count * n / total);
                mean = _mean + gap * ((double)n / total);
            }

            _count += n;
            _read = null;
            Dispose();
            (_mean, _squares) = (mean.DetachFromDisposeScope(), squares.DetachFromDisposeScope());
        }

        public double[] Variance(int trial)
        {
            if (_squares is null)
                throw new InvalidOperationException("no images were added, so no unit has a variance.");

            _read ??= _squares.data<double>().ToArray();
            var units = (int)_squares.size(1);
            return [.. _read.Skip(trial * units).Take(units).Select(squares => squares / _count)];
        }

        public void Dispose()
        {
            _mean?.Dispose();
            _squares?.Dispose();
        }
    }
}
