namespace VaeSweep.Models.Layers;

/// <summary>Batch normalisation of each trial over its own rows: [M, R, size] to the same.</summary>
/// <remarks>Ioffe and Szegedy 2015, algorithm 1. As PyTorch has it: training divides by the biased variance of the batch, the
/// running variance averages the unbiased one, momentum 0.1, epsilon 1e-5 inside the root. A decoder that gets K samples an image
/// normalises over all K*B rows.</remarks>
internal sealed class BatchNorm
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    private readonly Mode _mode;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Tensor _runningMean;
    private readonly Tensor _runningVar;
    private (Tensor Mean, Tensor Scale)? _last;
    private (Tensor Sum, Tensor Squares, long Rows)? _gathered;

    public BatchNorm(ParameterSet parameters, Mode mode, string name, int size)
    {
        _mode = mode;
        mode.Norms.Add(this);
        _weight = parameters.Constant($"{name}.weight", size, 1);
        _bias = parameters.Constant($"{name}.bias", size, 0);
        _runningMean = parameters.Buffer($"{name}.mean", [1, size], (slice, _) => slice.zero_());
        _runningVar = parameters.Buffer($"{name}.var", [1, size], (slice, _) => slice.fill_(1));
    }

    /// <summary>While training: normalised by the batch, then activated.</summary>
    public Tensor Forward(Tensor x, NonLinearity activation)
    {
        if (_mode.Following)
        {
            var (lastMean, lastScale) = _last
                ?? throw new InvalidOperationException("no batch was normalised before the one that follows it.");
            return activation.Apply((x - lastMean) * lastScale + _bias);
        }

        return _mode.Followed ? Kept(x, activation) : AtOnce(x, activation);
    }

    /// <summary>What normalisation by the running statistics is: x scale + shift, [M, 1, size] each.</summary>
    public (Tensor Scale, Tensor Shift) Running()
    {
        var scale = _weight * (_runningVar + Epsilon).rsqrt();
        return (scale, _bias - _runningMean * scale);
    }

    private Tensor AtOnce(Tensor x, NonLinearity activation)
    {
        var (y, mean, variance) = fused.batch_norm(x, _weight, _bias, Epsilon, activation.Kind, activation.Slope);
        Keep(x, mean, variance);
        return y;
    }

    /// <summary>With statistics that the rows which follow are normalised by, gradients included.</summary>
    private Tensor Kept(Tensor x, NonLinearity activation)
    {
        var mean = x.mean([1], keepdim: true);
        var centred = x - mean;
        var variance = centred.square().mean([1], keepdim: true);
        Keep(x, mean, variance);
        var scale = (variance + Epsilon).rsqrt() * _weight;
        _last = (mean, scale);
        return activation.Apply(centred * scale + _bias);
    }

    /// <summary>Makes the moments of all rows since gathering began the running statistics.</summary>
    public void UseGathered()
    {
        if (_gathered is not var (sum, squares, rows))
            return;

        using var scope = NewDisposeScope();
        var mean = sum / rows;
        _runningMean.copy_(mean);
        _runningVar.copy_((squares / rows - mean.square()).clamp(min: 0) * (rows / (double)Math.Max(rows - 1, 1)));
        ForgetGathered();
    }

    public void ForgetGathered()
    {
        _gathered?.Sum.Dispose();
        _gathered?.Squares.Dispose();
        _gathered = null;
    }

    private void Keep(Tensor x, Tensor mean, Tensor variance)
    {
        if (_mode.Gathering)
            Gather(x);
        else
            UpdateRunning(mean, variance, x.size(1));
    }

    private void Gather(Tensor x)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rows = x.detach().to(ScalarType.Float64);
        var (sum, squares) = (rows.sum([1], keepdim: true), rows.square().sum([1], keepdim: true));
        var (sumSoFar, squaresSoFar, count) = _gathered ?? (torch.zeros_like(sum), torch.zeros_like(squares), 0);
        var total = (sum + sumSoFar, squares + squaresSoFar);
        ForgetGathered();
        _gathered = (total.Item1.DetachFromDisposeScope(), total.Item2.DetachFromDisposeScope(), count + x.size(1));
    }

    private void UpdateRunning(Tensor mean, Tensor variance, long rows)
    {
        using var noGrad = no_grad();
        _runningMean.lerp_(mean.detach(), Momentum);
        // A batch of one row has no unbiased variance; its biased one, zero, is used rather than a division by zero.
        _runningVar.lerp_(variance.detach() * (rows / (double)Math.Max(rows - 1, 1)), Momentum);
    }
}
