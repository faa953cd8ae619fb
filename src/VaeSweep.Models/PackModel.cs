using VaeSweep.Models.Evaluation;
using VaeSweep.Models.Families;
using VaeSweep.Models.Layers;
using VaeSweep.Models.Objectives;

namespace VaeSweep.Models;

/// <summary>The models of M trials with equal shapes, computed as one: every tensor has the leading dimension M, and slice m of a
/// result depends on trial m's parameters, images and noise alone.</summary>
/// <remarks>Used by one thread at a time. A NaN in one trial leaves the others' values and gradients as they are.</remarks>
public sealed partial class PackModel : IDisposable
{
    private readonly Mode _mode;
    private readonly ParameterSet _parameters;
    private readonly IFamily _family;
    private readonly IObjective _objective;

    private PackModel(Mode mode, ParameterSet parameters, IFamily family, IObjective objective)
    {
        _mode = mode;
        _parameters = parameters;
        _family = family;
        _objective = objective;
    }

    /// <summary>Builds a pack, each trial's parameters drawn from its own seed.</summary>
    /// <param name="inputs">D, pixels of an image.</param>
    /// <param name="initSeeds">One for each trial; equal seeds start equal models, on any device and in any pack.</param>
    /// <param name="data">What may start from the data set; null is nothing.</param>
    /// <exception cref="ArgumentException">A combination that means nothing; the message has every reason.</exception>
    public static PackModel Create(ModelConfig model, ObjectiveConfig objective, int inputs, IReadOnlyList<long> initSeeds,
        Device device, ScalarType dtype, DataHints? data = null)
    {
        ArgumentNullException.ThrowIfNull(initSeeds);
        var faults = ModelRules.Faults(model, objective);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(model));

        data ??= DataHints.None;
        if (data.TrainingMean is { } mean && mean.Length != inputs)
            throw new ArgumentException($"the training mean has {mean.Length} pixels, images have {inputs}.", nameof(data));

        if (model.OutputBias == "training_mean" && data.TrainingMean is null)
        {
            throw new ArgumentException(
                "model.output_bias training_mean needs the training images' mean, and none was given.", nameof(data));
        }

        var mode = new Mode();
        var parameters = new ParameterSet(initSeeds, InitialisationKinds.Registry[model.Init], device, dtype);
        try
        {
            var layers = new LayerContext(
                parameters, mode, model.BatchNorm, model.BatchNorm
                    && model.BatchNormHeads, ActivationKinds.Registry[model.Activation](model));
            var family = FamilyKinds.Registry[model.Family](new FamilyContext(layers, model, inputs, data));
            return new PackModel(mode, parameters, family, BoundKinds.Registry[objective.Bound](objective));
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>M.</summary>
    public int Trials => _parameters.Trials;

    /// <summary>What is trained, in the order of declaration.</summary>
    public IReadOnlyList<NamedTensor> Parameters => _parameters.Parameters;

    /// <summary>What is saved with the model and not trained: running statistics.</summary>
    public IReadOnlyList<NamedTensor> Buffers => _parameters.Buffers;

    /// <summary>Z of each stochastic layer, data side first.</summary>
    public IReadOnlyList<int> LatentSizes => _family.LatentSizes;

    /// <summary>Whether <see cref="Step"/> normalises by the batch and updates running statistics. Evaluation never does
    /// either.</summary>
    public bool Training
    {
        get => _mode.Training;
        set => _mode.Training = value;
    }

    /// <summary>Shapes of the noise that a step or a bound takes, one [M, K*B, Z] for each stochastic layer.</summary>
    public IReadOnlyList<long[]> NoiseShapes(int batch, int k) =>
        [.. LatentSizes.Select(size => new long[] { Trials, (long)k * batch, size })];

    /// <summary>New noise of those shapes, each trial's from its own stream, layer after layer.</summary>
    public IReadOnlyList<Tensor> DrawNoise(int batch, int k, IReadOnlyList<NoiseStream> streams) =>
        [.. NoiseShapes(batch, k).Select(shape => Noise.randn(shape, streams, _parameters.Dtype, _parameters.Device))];

    /// <summary>The objective of a minibatch, ready to be differentiated.</summary>
    /// <param name="x">[M, B, D].</param>
    /// <param name="beta">[M], weight of the KL term at this step; what is reported as Elbo has weight 1.</param>
    /// <param name="eps">As <see cref="NoiseShapes"/> has it; its rows decide K.</param>
    public StepTerms Step(Tensor x, Tensor beta, IReadOnlyList<Tensor> eps)
    {
        var sample = _family.Draw(_family.Encode(x), x, eps, _objective.NeedsRatios);
        var terms = _objective.Of(sample, beta);
        var loss = fused.minus_sum(terms.Value);
        using var noGrad = no_grad();
        return new StepTerms(loss, terms.Value.detach(), fused.minus(terms.Recon, terms.Kl), terms.Recon.detach(),
            terms.Kl.detach());
    }

    /// <summary>Frees parameters and buffers.</summary>
    public void Dispose() => _parameters.Dispose();
}
