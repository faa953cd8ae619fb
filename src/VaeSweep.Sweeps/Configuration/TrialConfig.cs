namespace VaeSweep.Sweeps;

/// <summary>Everything that decides what one trial computes. Two trials with equal configurations are the same trial.</summary>
/// <remarks>Each property is a configuration path of the sweep file (`model.batch_norm` is <see cref="ModelConfig.BatchNorm"/>).
/// Names of kinds ("bernoulli", "softplus") are the strings of the sweep file; the schema has checked them.</remarks>
public sealed record TrialConfig
{
    public required DatasetConfig Dataset { get; init; }
    public required ModelConfig Model { get; init; }
    public required ObjectiveConfig Objective { get; init; }
    public required TrainConfig Train { get; init; }
    public required EvaluateConfig Evaluate { get; init; }

    /// <summary>Seeds initialisation, data order and noise, each through a stream of its own.</summary>
    public required long Seed { get; init; }
}

/// <summary>Which images a trial sees and how they are made binary.</summary>
public sealed record DatasetConfig
{
    public string Name { get; init; } = "mnist";

    /// <summary>What is known of a data set of one's own, which names its content; null for published ones.</summary>
    public DatasetFacts? Own { get; init; }

    /// <summary>What is known of it without its files; null when nothing is.</summary>
    public DatasetFacts? Facts() => Own ?? DatasetList.Find(Name);

    /// <summary>none | static | dynamic. Dynamic: drawn afresh every epoch from the data set's seed and the epoch
    /// alone.</summary>
    public string Binarization { get; init; } = "dynamic";

    /// <summary>Whether noise, drawn once, spreads each grey value evenly over its width: (p + u) / 256. For densities of real
    /// numbers, as the ladder's code has it for small NORB.</summary>
    public bool Dequantise { get; init; }

    /// <summary>Seeds binarisation, never the model.</summary>
    public long Seed { get; init; }

    /// <summary>Only images of these classes; empty means all.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>How many images; null means all of the published split. Counted after <see cref="Classes"/>.</summary>
    public int? Train { get; init; }
    public int? Valid { get; init; }
    public int? Test { get; init; }
}

/// <summary>The shape of the model. Lists of layers run from the data upwards.</summary>
public sealed record ModelConfig
{
    public string Family { get; init; } = "vae";

    /// <summary>Latent sizes, bottom to top; one entry for a single-layer VAE (`model.latent`).</summary>
    public IReadOnlyList<int> Layers { get; init; } = [50];

    /// <summary>Hidden widths for each stochastic layer, data side first; the decoder mirrors them.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Hidden { get; init; } = [[200, 200]];

    public string Activation { get; init; } = "softplus";

    /// <summary>Of the leaky rectifier below zero: 0.1 in the ladder paper, 0.01 in its published code.</summary>
    public double LeakySlope { get; init; } = 0.1;
    public string Decoder { get; init; } = "bernoulli";

    /// <summary>Whether the darkest and the brightest value of a discretised logistic take all probability beyond them. The
    /// published code leaves it out.</summary>
    public bool OpenBins { get; init; }

    /// <summary>Where the output's bias starts. zero, or training_mean: where an untrained decoder gives the training images'
    /// mean, as the IWAE code has it.</summary>
    public string OutputBias { get; init; } = "zero";
    public bool BatchNorm { get; init; }

    /// <summary>Whether mean and variance of Gaussian layers are normalised too, before the variance's softplus, as in the
    /// ladder's published code.</summary>
    public bool BatchNormHeads { get; init; }

    /// <summary>What evaluation normalises by. running: averages over the steps of training. full_pass: statistics of one pass
    /// over the training images after the last epoch, one sample of z each, as in the ladder's published code.</summary>
    public string BatchNormStatistics { get; init; } = "running";
    public string Prior { get; init; } = "standard";
    public int PseudoInputs { get; init; } = 500;

    /// <summary>Where learnt pseudo-inputs start. normal: around the data set's usual brightness. data: at training images, with
    /// a little noise.</summary>
    public string PseudoInit { get; init; } = "normal";

    /// <summary>gaussian: both moments are inferred. fixed: the mean is, the standard deviation is <see cref="PosteriorSd"/>.
    /// planar, coupling: flows of a Gaussian.</summary>
    public string Posterior { get; init; } = "gaussian";

    /// <summary>Standard deviation of a fixed posterior.</summary>
    public double PosteriorSd { get; init; } = 0.1;
    public int Flows { get; init; } = 5;

    /// <summary>Whether each image has planar flows of its own; otherwise all share them, as in parmesan.</summary>
    public bool AmortisedFlows { get; init; }

    /// <summary>Hidden units of each coupling layer's network.</summary>
    public int FlowHidden { get; init; } = 100;
    public string Init { get; init; } = "xavier_normal";

    /// <summary>What the outputs of a Gaussian layer are passed through. linear: nothing. report: mean through a sigmoid and
    /// log-variance through a tanh, as the Bettencourt and Craddock report has it when read literally. hardtanh: log-variance
    /// clamped to [-6, 2], as in the VampPrior's code. softplus: the variance itself, as in the ladder paper. exp: the logarithm
    /// of the standard deviation, as in the IWAE code.</summary>
    public string EncoderHead { get; init; } = "linear";

    /// <summary>Added to the variances of a softplus head inside log-densities and KL terms, not where samples are drawn or
    /// layers merged: 1e-5 in the ladder's published code.</summary>
    public double VarianceFloor { get; init; }

    /// <summary>Whether a ladder's inference merges the generator's own p(z_i|z_i+1), as in the paper; otherwise a copy of it
    /// with weights of its own, as in the published runs of its code.</summary>
    public bool ShareTopDown { get; init; } = true;

    /// <summary>Whether each layer of a ladder's upward pass gets only the mean of the one below, as in the published runs of its
    /// code; otherwise its last hidden layer, as in the paper.</summary>
    public bool MeanOnlyUp { get; init; }
}

/// <summary>What is maximised.</summary>
public sealed record ObjectiveConfig
{
    /// <summary>elbo: the average of K one-sample bounds. iwae: the log of the average of K importance weights.</summary>
    public string Bound { get; init; } = "elbo";
    public int K { get; init; } = 1;

    /// <summary>How many independent estimates of the bound, of K samples each, are averaged; the ladder paper's MC
    /// samples.</summary>
    public int McSamples { get; init; } = 1;
    public double Beta { get; init; } = 1.0;

    /// <summary>Nats below which the KL term has no gradient; 0 is off.</summary>
    public double FreeBits { get; init; }

    /// <summary>How an elbo's KL term is computed where there is a choice. closed_form: exactly, given the layers above.
    /// monte_carlo: as log q - log p at the samples, as the VampPrior's and the ladder's published code have it: the same on
    /// average, with more noise.</summary>
    public string KlForm { get; init; } = "closed_form";

    /// <summary>Of what the nats of <see cref="FreeBits"/> are. units: of each unit's KL averaged over the minibatch (Kingma et
    /// al. 2016). image: of each image's whole KL.</summary>
    public string FreeBitsForm { get; init; } = "units";

    /// <summary>N_T: over so many epochs the KL term's weight grows, in the form of <see cref="Warmup"/>; 0 is off.</summary>
    public int WarmupEpochs { get; init; }

    /// <summary>linear: epoch e = 1, 2, ... has min(1, (e-1)/N_T), the ladder VAE's. vampprior: min(1, e/N_T), as that code has
    /// it. cyclic: rises from 0 <see cref="WarmupCycles"/> times within N_T epochs.</summary>
    public string Warmup { get; init; } = "linear";

    /// <summary>M, how often a cyclic warm-up begins anew.</summary>
    public int WarmupCycles { get; init; } = 4;

    /// <summary>R, the share of a cycle in which the weight rises; for the rest it is 1.</summary>
    public double WarmupRatio { get; init; } = 0.5;
}

/// <summary>How it is maximised.</summary>
public sealed record TrainConfig
{
    public int Epochs { get; init; } = 300;
    public int BatchSize { get; init; } = 100;

    /// <summary>adam. adam_norm_grad: the VampPrior code's, which divides each parameter tensor's gradient by its own L2 norm
    /// first. adam_iwae_code: the IWAE code's, whose steps go by the moments before their own gradient, of gradients summed over
    /// the batch.</summary>
    public string Optimizer { get; init; } = "adam";
    public AdamConfig Adam { get; init; } = new();

    /// <summary>How the learning rate changes over the epochs. constant. step: times <see cref="ScheduleFactor"/> every
    /// <see cref="ScheduleEvery"/> epochs. iwae: the eight stages of Burda et al., 3280 epochs in all.</summary>
    public string Schedule { get; init; } = "constant";
    public double ScheduleFactor { get; init; } = 0.75;
    public int ScheduleEvery { get; init; } = 200;

    /// <summary>Largest gradient norm of a trial, rescaled beyond; 0 is off.</summary>
    public double Clip { get; init; }

    /// <summary>Largest size of an entry of a gradient, cut off after <see cref="Clip"/>; 0 is off.</summary>
    public double ClipEntries { get; init; }

    /// <summary>Ends training after more than so many epochs without a better validation bound, and keeps the best model; 0 is
    /// off.</summary>
    public int EarlyStopping { get; init; }

    /// <summary>What follows the first <see cref="Epochs"/>; see <see cref="TrialPhases"/>.</summary>
    public IReadOnlyList<TrainPhase> Phases { get; init; } = [];

    public AlarmConfig Alarms { get; init; } = new();

    /// <summary>Seconds between checkpoints; not part of the trial's identity.</summary>
    public double CheckpointSeconds { get; init; } = 30;

    /// <summary>Epochs between checkpoints; 0 means by <see cref="CheckpointSeconds"/> alone. Not part of the trial's
    /// identity.</summary>
    public int CheckpointEpochs { get; init; }
}

/// <summary>Named states of a trial that a person should know of: off, warn (an event of the trial), or stop (training ends,
/// too).</summary>
public sealed record AlarmConfig
{
    /// <summary>Posterior collapse: the training images' KL term stays under <see cref="CollapseKl"/> a latent unit.</summary>
    public string Collapse { get; init; } = "warn";

    /// <summary>Nats per image and latent unit.</summary>
    public double CollapseKl { get; init; } = 0.01;

    /// <summary>Information overload: the KL term stays above <see cref="OverloadKl"/>, or the validation bound stays under its
    /// best while the training images' distortion is lower than it was then.</summary>
    public string Overload { get; init; } = "warn";

    /// <summary>Nats per image; 0 is no bound.</summary>
    public double OverloadKl { get; init; }

    /// <summary>For how many epochs in a row.</summary>
    public int Epochs { get; init; } = 10;
}

/// <summary>Adam's settings.</summary>
public sealed record AdamConfig
{
    public double Lr { get; init; } = 1e-3;
    public double Beta1 { get; init; } = 0.9;
    public double Beta2 { get; init; } = 0.999;
    public double Eps { get; init; } = 1e-8;

    /// <summary>torch: epsilon is added to the bias-corrected root. hat: to the uncorrected one, as in Theano, Lasagne,
    /// TensorFlow and the IWAE code.</summary>
    public string EpsForm { get; init; } = "torch";

    /// <summary>What second moments start from: 0, or 1 as in the IWAE code, where it makes the first steps small.</summary>
    public double SecondMomentStart { get; init; }
}

/// <summary>What is measured besides the training curve.</summary>
public sealed record EvaluateConfig
{
    public IReadOnlyList<string> Metrics { get; init; } = ["test_elbo", "test_nll", "active_units"];

    /// <summary>S of the importance-sampled log-likelihood.</summary>
    public int ImportanceSamples { get; init; } = 500;

    /// <summary>Epochs between measurements of validation and test curves and of unit activity.</summary>
    public int Every { get; init; } = 1;
}
