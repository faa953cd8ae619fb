namespace VaeSweep.Torch;

/// <summary>Adam over a pack of trials: one pass over parameter, gradient and both moments, each trial with settings of its
/// own.</summary>
/// <remarks>Kingma and Ba 2015, algorithm 1. Parameters are [M, ...]; trial m is slice m of every one. All state is on the
/// parameters' device.</remarks>
public sealed class Adam : IDisposable
{
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _m;
    private readonly Tensor[] _v;
    private readonly AdamSettings _settings;

    /// <summary>An optimiser whose moments and step counts are zero.</summary>
    /// <param name="parameters">[M, ...] each, float32 or float64, contiguous, on one device.</param>
    /// <param name="trials">M settings.</param>
    public Adam(IReadOnlyList<Tensor> parameters, IReadOnlyList<AdamOptions> trials)
    {
        if (parameters.Count == 0 || trials.Count == 0)
            throw new ArgumentException($"Adam needs parameters and trials; {parameters.Count} and {trials.Count} were given.");

        if (parameters.FirstOrDefault(p => p.ndim == 0 || p.size(0) != trials.Count) is { } odd)
        {
            throw new ArgumentException(
                $"{trials.Count} trials were given, but a parameter is {Shapes.Of(odd)}; the leading dimension counts trials.");
        }

        this._parameters = [.. parameters];
        using var guard = no_grad();
        _m = Array.ConvertAll(this._parameters, p => zeros_like(p).DetachFromDisposeScope());
        _v = Array.ConvertAll(this._parameters, p => zeros_like(p).DetachFromDisposeScope());
        _settings = new AdamSettings(trials, parameters[0].device);
        using var scope = NewDisposeScope();
        for (var trial = 0; trial < trials.Count; trial++)
        {
            foreach (var moments in trials[trial].SecondMomentStart == 0 ? [] : _v)
                moments.select(0, trial).fill_(trials[trial].SecondMomentStart);
        }
    }

    /// <summary>Decaying averages of the gradients, one for each parameter. For checkpoints: overwrite with copy_.</summary>
    public IReadOnlyList<Tensor> FirstMoments => _m;

    /// <summary>Decaying averages of the squared gradients, one for each parameter.</summary>
    public IReadOnlyList<Tensor> SecondMoments => _v;

    /// <summary>[M] float64: steps taken by each trial.</summary>
    public Tensor Steps => _settings.Steps;

    /// <summary>[M] float64: each trial's gradient norm at the last step, before clipping. Overwritten by the next
    /// step.</summary>
    public Tensor GradientNorm => _settings.Norm;

    /// <summary>Sets each trial's learning rate for the steps to come.</summary>
    /// <param name="rates">M rates.</param>
    public void SetLearningRates(IReadOnlyList<double> rates) => _settings.SetLearningRates(rates);

    /// <summary>Moves every parameter that has a gradient, and clears the gradients.</summary>
    /// <returns><see cref="GradientNorm"/>.</returns>
    public Tensor step()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var slots = new List<AdamSlot>(_parameters.Length);
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].grad is { } gradient)
            {
                slots.Add(
                    new AdamSlot(_parameters[i], gradient.is_contiguous() ? gradient : gradient.contiguous(), _m[i], _v[i]));
            }
        }

        if (slots.Count > 0)
        {
            if (slots.All(AdamLoops.Reach))
                AdamLoops.Step(slots, _settings);
            else
                AdamOperations.Step(slots, _settings);

            zero_grad();
        }

        return GradientNorm;
    }

    /// <summary>Clears the gradients without a step.</summary>
    public void zero_grad()
    {
        foreach (var parameter in _parameters)
            parameter.grad = null;
    }

    /// <summary>Frees the state; the parameters belong to the caller.</summary>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. _m, .. _v])
            tensor.Dispose();

        _settings.Dispose();
    }
}
