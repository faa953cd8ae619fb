using VaeSweep.Models.Layers;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Optimizers;

/// <summary>Adam, and what published codes put before it.</summary>
internal sealed class AdamOptimizer : IOptimizer
{
    /// <summary>What the VampPrior code adds to a gradient's norm before it divides by it.</summary>
    private const double NormGradOffset = 1e-7;

    private readonly IReadOnlyList<NamedTensor> _parameters;
    private readonly Adam _adam;

    private AdamOptimizer(IReadOnlyList<NamedTensor> parameters, IEnumerable<AdamOptions> trials)
    {
        _parameters = parameters;
        _adam = new Adam([.. parameters.Select(parameter => parameter.Tensor)], [.. trials]);
    }

    /// <inheritdoc/>
    public IEnumerable<NamedTensor> State
    {
        get
        {
            for (var i = 0; i < _parameters.Count; i++)
            {
                yield return new("adam.m/" + _parameters[i].Name, _adam.FirstMoments[i]);
                yield return new("adam.v/" + _parameters[i].Name, _adam.SecondMoments[i]);
            }

            yield return new("adam.step", _adam.Steps);
        }
    }

    /// <summary>Kingma and Ba 2015, in either published place of epsilon.</summary>
    public static IOptimizer Plain(IReadOnlyList<NamedTensor> parameters, IReadOnlyList<TrainConfig> trials) =>
        new AdamOptimizer(parameters, trials.Select(Options));

    /// <summary>Each parameter tensor's gradient divided by its own L2 norm first, as the code of Tomczak and Welling 2018
    /// does.</summary>
    public static IOptimizer NormGrad(IReadOnlyList<NamedTensor> parameters, IReadOnlyList<TrainConfig> trials) =>
        new AdamOptimizer(parameters, trials.Select(trial => Options(trial) with { Normalise = NormGradOffset }));

    /// <inheritdoc/>
    public void SetLearningRates(ReadOnlySpan<double> rates) => _adam.SetLearningRates(rates.ToArray());

    /// <inheritdoc/>
    public Tensor Step() => _adam.step();

    /// <inheritdoc/>
    public void Dispose() => _adam.Dispose();

    private static AdamOptions Options(TrainConfig train) => new(
        train.Adam.Lr, train.Adam.Beta1, train.Adam.Beta2, train.Adam.Eps,
        train.Adam.EpsForm == "hat" ? EpsilonForm.Hat : EpsilonForm.Torch, train.Clip, train.ClipEntries,
        SecondMomentStart: train.Adam.SecondMomentStart);
}
