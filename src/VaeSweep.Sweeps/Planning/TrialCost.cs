namespace VaeSweep.Sweeps;

/// <summary>What a trial costs, counted from its shapes: multiply-adds of its matrix products, and numbers it must keep.</summary>
/// <param name="PerEpoch">Multiply-adds of one epoch: training (forward, and twice that backward) and the curves of validation and test.</param>
/// <param name="Evaluation">Multiply-adds of the importance-sampled log-likelihoods at the end.</param>
/// <param name="Parameters">Trainable numbers.</param>
/// <param name="Buffers">Running statistics.</param>
public sealed record TrialCost(double PerEpoch, double Evaluation, long Parameters, long Buffers)
{
    private const int UnknownPixels = 784;
    private const int UnknownImages = 10_000;

    /// <summary>Bytes of generator states, counters and headers in a checkpoint.</summary>
    private const int Overhead = 8192;

    /// <summary>Bytes of a trained model.</summary>
    public long ModelBytes => (Parameters + Buffers) * sizeof(float);

    /// <summary>Bytes of a checkpoint: parameters with both of Adam's moments.</summary>
    public long CheckpointBytes => (((3 * Parameters) + Buffers) * sizeof(float)) + Overhead;

    public static TrialCost Of(TrialConfig config)
    {
        DatasetFacts? facts = DatasetFacts.Find(config.Dataset.Name);
        int pixels = facts?.Pixels ?? UnknownPixels;
        (double encoder, double decoder, long parameters, long buffers) = Shapes(config.Model, pixels);
        double valid = config.Dataset.Valid ?? facts?.ValidImages ?? 0;
        double train = config.Dataset.Train ?? ((facts?.TrainImages ?? UnknownImages) - (facts is { ValidImages: > 0 } ? 0 : valid));
        double test = config.Dataset.Test ?? facts?.TestImages ?? UnknownImages;

        double epoch = 3 * train * (encoder + (config.Objective.K * decoder));
        double curves = (valid + test) * (encoder + decoder) / config.Evaluate.Every;
        // Nats per image and bits per dimension are one measurement.
        double evaluation = config.Evaluate.Metrics.Where(MetricNames.Likelihoods.Contains).Select(metric => metric.Split('_')[0]).Distinct().Sum(split => split switch
        {
            "train" => train,
            "valid" => valid,
            _ => test,
        }) * (encoder + (config.Evaluate.ImportanceSamples * decoder));
        return new TrialCost(epoch + curves, evaluation, parameters, buffers);
    }

    private static (double Encoder, double Decoder, long Parameters, long Buffers) Shapes(ModelConfig model, int pixels)
    {
        double encoder = 0;
        double decoder = 0;
        long parameters = 0;
        long buffers = 0;
        int below = pixels;
        for (int layer = 0; layer < model.Layers.Count; layer++)
        {
            int latent = model.Layers[layer];
            IReadOnlyList<int> hidden = model.Hidden[layer];

            // A Gaussian has a mean and a variance for each of its dimensions, a Bernoulli one logit.
            int outputs = layer == 0 && model.Decoder == "bernoulli" ? below : 2 * below;
            encoder += Dense([below, .. hidden, 2 * latent]);
            decoder += Dense([latent, .. hidden.Reverse(), outputs]);
            below = latent;
        }

        return (encoder, decoder, parameters, buffers);

        double Dense(int[] widths)
        {
            double products = 0;
            for (int i = 1; i < widths.Length; i++)
            {
                bool normalised = model.BatchNorm && i < widths.Length - 1;
                products += (double)widths[i - 1] * widths[i];
                parameters += ((long)widths[i - 1] * widths[i]) + (normalised ? 2 * widths[i] : widths[i]);
                buffers += normalised ? 2 * widths[i] : 0;
            }

            return products;
        }
    }
}
