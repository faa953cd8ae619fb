namespace VaeSweep.Sweeps;

/// <summary>What a trial costs, counted from its shapes: work, in multiply-adds of matrix products, and numbers it must
/// keep.</summary>
/// <param name="PerEpoch">Of one epoch, averaged over its phases: training (forward, and twice that backward) and the curves of
/// validation and test.</param>
/// <param name="Evaluation">Of the importance-sampled log-likelihoods at the end.</param>
/// <param name="StepsPerEpoch">Batches of one epoch.</param>
/// <param name="Layers">Dense layers of the model.</param>
/// <param name="Parameters">Trainable numbers.</param>
/// <param name="Buffers">Running statistics and fixed pseudo-inputs.</param>
/// <param name="Activations">Numbers that one step keeps for its gradients: units of a batch, for each of its samples.</param>
/// <remarks>What is no product is counted as so many: the constants were fitted to the training and evaluation benchmarks of four
/// families on one core (`families` and `evaluation` of tests/VaeSweep.Benchmarks).</remarks>
public sealed record TrialCost(
    double PerEpoch, double Evaluation, double StepsPerEpoch, int Layers, long Parameters, long Buffers, double Activations)
{
    private const int UnknownPixels = 784;
    private const int UnknownImages = 10_000;

    /// <summary>Images of a batch when curves are measured.</summary>
    private const int CurveBatch = 500;

    /// <summary>Rows that the log-likelihood computes at a time decide its batch, within these bounds.</summary>
    private const int LikelihoodRows = 40_000;
    private const int SmallestLikelihoodBatch = 10;

    /// <summary>What a product with a binary image costs beside that with a dense one.</summary>
    private const double SparseShare = 0.35;

    /// <summary>A normalised unit of one row, forward and backward.</summary>
    private const double NormalisedUnit = 100;

    /// <summary>A step, and each layer of it, whatever their size.</summary>
    private const double Step = 20e6;
    private const double LayerOfStep = 2e6;

    /// <summary>Bytes of generator states, counters and headers in a checkpoint.</summary>
    private const int Overhead = 8192;

    /// <summary>Bytes of a trained model.</summary>
    public long ModelBytes => (Parameters + Buffers) * sizeof(float);

    /// <summary>Bytes of a checkpoint: parameters with both of Adam's moments.</summary>
    public long CheckpointBytes => (((3 * Parameters) + Buffers) * sizeof(float)) + Overhead;

    /// <summary>Bytes that training cannot do without: parameters, their gradients and both of Adam's moments, and the numbers of
    /// one step twice.</summary>
    public long TrainingBytes =>
        (long)Math.Min(long.MaxValue / 2, ((4.0 * Parameters) + Buffers + (2 * Activations)) * sizeof(float));

    public static TrialCost Of(TrialConfig config)
    {
        var facts = config.Dataset.Facts();
        var model = ModelWork.Of(config.Model, facts?.Pixels ?? UnknownPixels);
        double valid = config.Dataset.Valid ?? facts?.ValidImages ?? 0;
        var train = config.Dataset.Train
            ?? ((facts?.TrainImages ?? UnknownImages) - (facts is { ValidImages: > 0 } ? 0 : valid));
        double test = config.Dataset.Test ?? facts?.TestImages ?? UnknownImages;
        var firstLayer = model.FirstLayer
            * (config.Dataset.Binarization == "none" && facts is not { Binary: true } ? 1 : SparseShare);

        var phases = TrialPhases.Of(config);
        double epochs = phases.Sum(phase => phase.Config.Train.Epochs);
        var training = phases.Sum(phase => phase.Config.Train.Epochs * Training(model, firstLayer, phase.Config, train))
            / epochs;
        var curves = (valid + test) * Forward(model, firstLayer, 1, CurveBatch) / config.Evaluate.Every;
        // Nats per image and bits per dimension are one measurement.
        var splits = config.Evaluate.Metrics.Select(MetricList.Find).Where(metric => metric is { Sampled: true })
            .Select(metric => metric!.Split);
        var measured = splits.Distinct().Sum(split => split switch
        {
            "train" => train,
            "valid" => valid,
            _ => test,
        });
        var samples = config.Evaluate.ImportanceSamples;
        var batch = Math.Clamp(LikelihoodRows / samples, SmallestLikelihoodBatch, CurveBatch);
        var steps = phases.Sum(phase => phase.Config.Train.Epochs * Math.Ceiling(train / phase.Config.Train.BatchSize))
            / epochs;
        var activations = phases.Max(phase => Math.Min(phase.Config.Train.BatchSize, train)
            * (model.ImageUnits + ((double)phase.Config.Objective.K * phase.Config.Objective.McSamples * model.SampleUnits)));
        return new TrialCost(training + curves, measured * Forward(model, firstLayer, samples, batch), steps, model.Layers,
            model.Parameters, model.Buffers, activations);
    }

    private static double Training(ModelWork model, double firstLayer, TrialConfig config, double images)
    {
        var k = (double)config.Objective.K * config.Objective.McSamples;
        var normalised = NormalisedUnit * (model.ImageUnits + (k * model.SampleUnits));
        var image = (2 * firstLayer) + (3 * (model.Image + (k * (model.Sample + model.Mixture)))) + normalised;
        var step = (3 * model.PseudoInputs) + Step + (LayerOfStep * model.Layers);
        return (images * image) + (Math.Ceiling(images / config.Train.BatchSize) * step);
    }

    // Mixtures are evaluated in float64, at half the speed.
    private static double Forward(ModelWork model, double firstLayer, int samples, int batch) =>
        firstLayer + model.Image + (model.PseudoInputs / batch) + (samples * (model.Sample + (2 * model.Mixture)));
}
