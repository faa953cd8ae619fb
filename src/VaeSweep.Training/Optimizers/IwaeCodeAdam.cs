using VaeSweep.Models.Layers;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Optimizers;

/// <summary>Adam as the IWAE's published code computes it.</summary>
/// <remarks>
/// Burda, Grosse and Salakhutdinov 2016, their code. All its updates take effect at once, so step t moves the parameters by the
/// moments of steps 1 .. t - 1 while the correction counts t: the first step moves nothing, and every gradient acts one step
/// late. Epsilon stands beside the uncorrected root. Gradients are sums over the batch, here the mean's times train.batch_size,
/// which is the same in every full batch. That code's betas and second moments that start at 1 are settings of their own:
/// train.optimizer.adam.betas, .second_moment_start.
/// </remarks>
internal sealed class IwaeCodeAdam : IOptimizer
{
    private readonly IReadOnlyList<NamedTensor> _parameters;
    private readonly Tensor[] _first;
    private readonly Tensor[] _second;
    private readonly Tensor _rate;
    private readonly Tensor _beta1;
    private readonly Tensor _beta2;
    private readonly Tensor _epsilon;
    private readonly Tensor _batch;
    private readonly Tensor _steps;
    private readonly Tensor _norm;

    private IwaeCodeAdam(IReadOnlyList<NamedTensor> parameters, IReadOnlyList<TrainConfig> trials)
    {
        _parameters = parameters;
        using var guard = no_grad();
        Tensor Vector(Func<TrainConfig, double> pick) =>
            torch.tensor(trials.Select(pick).ToArray(), device: parameters[0].Tensor.device).DetachFromDisposeScope();
        (_rate, _beta1, _beta2) = (Vector(t => t.Adam.Lr), Vector(t => t.Adam.Beta1), Vector(t => t.Adam.Beta2));
        (_epsilon, _batch, _steps, _norm) = (Vector(t => t.Adam.Eps), Vector(t => t.BatchSize), Vector(_ => 0), Vector(_ => 0));
        _first = [.. parameters.Select(p => torch.zeros_like(p.Tensor).DetachFromDisposeScope())];
        _second = [.. parameters.Select(p => torch.zeros_like(p.Tensor).DetachFromDisposeScope())];
        using var start = Vector(t => t.Adam.SecondMomentStart);
        foreach (var moments in _second)
        {
            using var scope = NewDisposeScope();
            moments.add_(Along(start, moments));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<NamedTensor> State
    {
        get
        {
            for (var i = 0; i < _parameters.Count; i++)
            {
                yield return new("adam.m/" + _parameters[i].Name, _first[i]);
                yield return new("adam.v/" + _parameters[i].Name, _second[i]);
            }

            yield return new("adam.step", _steps);
        }
    }

    /// <summary>One for each trial's settings.</summary>
    public static IOptimizer Create(IReadOnlyList<NamedTensor> parameters, IReadOnlyList<TrainConfig> trials) =>
        new IwaeCodeAdam(parameters, trials);

    /// <inheritdoc/>
    public void SetLearningRates(ReadOnlySpan<double> rates) => _rate.Fill(rates);

    /// <inheritdoc/>
    public Tensor Step()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _steps.add_(1);
        var rate = _rate * (1 - _beta2.pow(_steps)).sqrt() / (1 - _beta1.pow(_steps));
        var squares = torch.zeros_like(_norm);
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i].Tensor;
            if (parameter.grad is not { } mean)
                continue;

            squares.add_(mean.to(ScalarType.Float64).square().view(squares.size(0), -1).sum(dim: 1));
            var gradient = mean * Along(_batch, mean);
            parameter.sub_(_first[i] * Along(rate, mean) / (_second[i].sqrt() + Along(_epsilon, mean)));
            _first[i].mul_(Along(_beta1, mean)).add_(gradient * Along(1 - _beta1, mean));
            _second[i].mul_(Along(_beta2, mean)).add_(gradient.square() * Along(1 - _beta2, mean));
            parameter.grad = null;
        }

        return _norm.copy_(squares.sqrt());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. _first, .. _second, _rate, _beta1, _beta2, _epsilon, _batch, _steps, _norm])
            tensor.Dispose();
    }

    /// <summary>One number a trial, as [M, 1, ...] in the type of <paramref name="like"/>.</summary>
    private static Tensor Along(Tensor trials, Tensor like)
    {
        var shape = new long[like.ndim];
        Array.Fill(shape, 1);
        shape[0] = like.size(0);
        return trials.to(like.dtype).view(shape);
    }
}
