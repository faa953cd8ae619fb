using System.Collections.Frozen;

namespace VaeSweep.Sweeps;

/// <summary>Every configuration path. A new one is a line here, a property of <see cref="TrialConfig"/> and a line in
/// <see cref="TrialConfigJson"/>; a new decoder or posterior is one name in its list here, a new prior or data set one line in
/// <see cref="PriorList"/> or <see cref="DatasetList"/>.</summary>
public static class ConfigSchema
{
    private static readonly Condition _hasNll = new(
        "evaluate.metrics",
        [
            .. MetricList.All.Where(m => m.Sampled).OrderBy(m => m.Unit == MetricList.Bits)
                .ThenBy(m => m.Name, StringComparer.Ordinal)
                .Select(m => ConfigValue.Of(m.Name)),
        ],
        Contains: true);

    private static readonly Condition _hasBatchNorm = new("model.batch_norm", [ConfigValue.Of(true)]);

    private static readonly ConfigPath[] _declared =
    [
        new("dataset.name", ValueKind.DatasetName, c => ConfigValue.Of(c.Dataset.Name),
            "Which images: a published set, or one that `vaesweep data add` made.")
        {
            Allowed = [.. DatasetList.All.Select(facts => facts.Name)],
        },
        new("dataset.own", ValueKind.OwnDataset, c => OwnDataset.Write(c.Dataset.Own),
            "What is in a data set of one's own, and its checksum; filled in by the command line.") { QuietDefault = true },
        Names("dataset.binarization", c => c.Dataset.Binarization,
            "How grey values become 0 or 1: not at all, once, or afresh every epoch.", ["none", "static", "dynamic"]),
        Bool("dataset.dequantise", c => c.Dataset.Dequantise,
            "Noise, drawn once, spreads each grey value evenly over its width, for densities of real numbers.") with
        {
            Applies = Is("dataset.binarization", "none"), QuietDefault = true,
        },
        Int("dataset.seed", c => ConfigValue.Of(c.Dataset.Seed), "Seeds binarisation, never the model.", 0) with
        {
            Max = MaxSeed, Applies = Is("dataset.binarization", "static", "dynamic"),
        },
        new("dataset.classes", ValueKind.IntSet, c => ConfigValue.Of(c.Dataset.Classes),
            "Only images of these classes; [] is all.") { Min = 0, Max = 10_000 },
        Int("dataset.train", c => ConfigValue.Of(c.Dataset.Train), "Training images, the first of the published split.",
            1) with { Nullable = true },
        Int("dataset.valid", c => ConfigValue.Of(c.Dataset.Valid), "Validation images.", 0) with { Nullable = true },
        Int("dataset.test", c => ConfigValue.Of(c.Dataset.Test), "Test images, the first of the published split.",
            1) with { Nullable = true },

        Names("model.family", c => c.Model.Family, "How stochastic layers are joined.", ["vae", "hvae", "ladder"]),
        new("model.layers", ValueKind.IntList, c => ConfigValue.Of(c.Model.Layers), "Latent sizes, bottom to top.") { Min = 1,
            Max = 65_536 },
        Int("model.latent", c => ConfigValue.Of(c.Model.Layers[0]),
            "Latent size of a single-layer model: short for model.layers: [n].", 1) with { Max = 65_536,
            ShortFor = "model.layers" },
        new("model.hidden", ValueKind.IntLists, c =>
            ConfigPath.SameForAll(ConfigValue.Of(c.Model.Hidden.Select(ConfigValue.Of).ToArray())),
            "Hidden widths, data side first; the decoder mirrors them.") { Min = 1, Max = 65_536 },
        Names("model.activation", c => c.Model.Activation, "Between hidden layers.",
            ["softplus", "relu", "leaky_relu", "tanh", "gated"]),
        Number("model.leaky_slope", c => c.Model.LeakySlope,
            "Slope of the leaky rectifier below zero: 0.1 in the ladder paper, 0.01 in its code.", 0) with
        {
            Max = 1, Applies = Is("model.activation", "leaky_relu"), QuietDefault = true,
        },
        Names("model.decoder", c => c.Model.Decoder, "Distribution of a pixel.",
            ["bernoulli", "gaussian", "gaussian_softplus", "logistic"]),
        Bool("model.open_bins", c => c.Model.OpenBins,
            "Darkest and brightest value of a discretised logistic take all probability "
                + "beyond them.") with { Applies = Is("model.decoder", "logistic") },
        Names("model.output_bias", c => c.Model.OutputBias,
            "Where the output's bias starts: at zero, or where it gives the training images' mean.",
            ["zero", "training_mean"]) with { QuietDefault = true },
        new("model.batch_norm", ValueKind.Bool, c => ConfigValue.Of(c.Model.BatchNorm),
            "Batch normalisation before the activation of every hidden layer."),
        Bool("model.batch_norm_heads", c => c.Model.BatchNormHeads,
            "Batch normalisation of the means and variances of Gaussian layers, too.") with
        {
            Applies = _hasBatchNorm, QuietDefault = true,
        },
        Names("model.batch_norm_statistics", c => c.Model.BatchNormStatistics,
            "What evaluation normalises by: running averages, or one full pass over the training images.",
            ["running", "full_pass"]) with
        {
            Applies = _hasBatchNorm, QuietDefault = true,
        },
        Names("model.prior", c => c.Model.Prior, "Prior of the top latent layer.",
            [.. PriorList.All.Select(facts => facts.Name)]),
        Int("model.pseudo_inputs", c => ConfigValue.Of(c.Model.PseudoInputs), "Components of the prior.", 1) with
        {
            Applies = Is("model.prior", Priors(facts => facts.Components != PriorComponents.None)),
        },
        Names("model.pseudo_init", c => c.Model.PseudoInit,
            "Where learnt pseudo-inputs start: around the data set's usual brightness, or at training images.",
            ["normal", "data"]) with
        {
            Applies = Is("model.prior", Priors(facts => facts.Components == PriorComponents.PseudoInputs)), QuietDefault = true,
        },
        Names("model.posterior", c => c.Model.Posterior, "Family of q(z|x).", ["gaussian", "fixed", "planar", "coupling"]),
        Number("model.posterior_sd", c => c.Model.PosteriorSd, "Standard deviation of a fixed posterior.",
            0) with { AboveMin = true, Applies = Is("model.posterior", "fixed") },
        Int("model.flows", c => ConfigValue.Of(c.Model.Flows), "Transformations of the posterior.", 1) with { Max = 1000,
            Applies = Is("model.posterior", "planar", "coupling") },
        Bool("model.amortised_flows", c => c.Model.AmortisedFlows,
            "Each image has planar flows of its own.") with { Applies = Is("model.posterior", "planar") },
        Int("model.flow_hidden", c => ConfigValue.Of(c.Model.FlowHidden), "Hidden units of each coupling layer's network.",
            1) with { Max = 65_536, Applies = Is("model.posterior", "coupling") },
        Names("model.init", c => c.Model.Init, "Initial weights.", ["xavier_normal", "xavier_uniform", "he_normal"]),
        Names("model.encoder_head", c => c.Model.EncoderHead, "What mean and log-variance of q are passed through.",
            ["linear", "report", "hardtanh", "softplus", "exp"]),
        Number("model.variance_floor", c => c.Model.VarianceFloor,
            "Added to a softplus head's variances inside log-densities: 1e-5 in the ladder's code.", 0) with
        {
            Applies = Is("model.encoder_head", "softplus"), QuietDefault = true,
        },
        Bool("model.share_top_down", c => c.Model.ShareTopDown,
            "A ladder's inference merges the generator's own p(z|above), not a copy.") with
        {
            Applies = Is("model.family", "ladder"), QuietDefault = true,
        },
        Bool("model.mean_only_up", c =>
            c.Model.MeanOnlyUp, "A ladder's upward pass feeds each layer only the mean of the one below.") with
        {
            Applies = Is("model.family", "ladder"), QuietDefault = true,
        },

        Names("objective.bound", c =>
            c.Objective.Bound, "elbo: average of K one-sample bounds; iwae: log of the average of K weights.", ["elbo", "iwae"]),
        Int("objective.k", c => ConfigValue.Of(c.Objective.K), "Samples of z for each image.", 1),
        Int("objective.mc_samples", c => ConfigValue.Of(c.Objective.McSamples),
            "Estimates of the bound, of objective.k samples each, that are averaged.", 1) with { QuietDefault = true },
        Number("objective.beta", c => c.Objective.Beta, "Weight of the KL term.", 0) with { Pack = false },
        Number("objective.free_bits", c => c.Objective.FreeBits, "Nats below which the KL term has no gradient; 0 is off.", 0),
        Names("objective.kl_form", c => c.Objective.KlForm,
            "KL of an elbo in closed form where there is one, or always log q - log p at the samples.",
            ["closed_form", "monte_carlo"]) with
        {
            Applies = Is("objective.bound", "elbo"), QuietDefault = true,
        },
        Names("objective.free_bits_form", c => c.Objective.FreeBitsForm,
            "Nats of each unit's KL averaged over the minibatch, or of each image's whole KL.", ["units", "image"]) with
        {
            QuietDefault = true,
        },
        Int("objective.warmup_epochs", c => ConfigValue.Of(c.Objective.WarmupEpochs),
            "Epochs over which the KL term's weight grows from 0; 0 is off.", 0) with { Pack = false },
        Names("objective.warmup", c => c.Objective.Warmup,
            "How it grows: (e-1)/N (linear), e/N (vampprior), or several times (cyclic).", ["linear", "vampprior", "cyclic"]) with
        {
            Pack = false, QuietDefault = true,
        },
        Int("objective.warmup_cycles", c => ConfigValue.Of(c.Objective.WarmupCycles), "How often a cyclic warm-up begins anew.",
            1) with
        {
            Pack = false, QuietDefault = true, Applies = Is("objective.warmup", "cyclic"),
        },
        Number("objective.warmup_ratio", c => c.Objective.WarmupRatio, "Share of a cycle in which the weight rises.", 0) with
        {
            AboveMin = true, Max = 1, Pack = false, QuietDefault = true, Applies = Is("objective.warmup", "cyclic"),
        },

        Int("train.epochs", c => ConfigValue.Of(c.Train.Epochs), "Passes over the training images.", 1),
        Int("train.batch_size", c => ConfigValue.Of(c.Train.BatchSize), "Images in a step.", 1),
        Names("train.optimizer.name", c => c.Train.Optimizer,
            "adam; adam_norm_grad: each parameter's gradient divided by its own norm first; adam_iwae_code: gradients summed "
                + "over the batch, acting one step late.",
            ["adam", "adam_norm_grad", "adam_iwae_code"]) with
        {
            QuietDefault = true,
        },
        Number("train.optimizer.adam.lr", c => c.Train.Adam.Lr, "Adam's step size.", 0) with { AboveMin = true, Pack = false },
        new("train.optimizer.adam.betas", ValueKind.NumberPair,
            c => ConfigValue.Of([ConfigValue.Of(c.Train.Adam.Beta1), ConfigValue.Of(c.Train.Adam.Beta2)]),
            "Adam's decay rates of both moments.") { Min = 0, Max = 1, BelowMax = true, Pack = false },
        Number("train.optimizer.adam.eps", c => c.Train.Adam.Eps, "Adam's epsilon.", 0) with { Pack = false },
        Names("train.optimizer.adam.eps_form", c => c.Train.Adam.EpsForm,
            "Epsilon beside the bias-corrected root (torch) or the uncorrected one (hat).", ["torch", "hat"]),
        Number("train.optimizer.adam.second_moment_start", c => c.Train.Adam.SecondMomentStart,
            "What second moments start from; the IWAE code's 1 makes the first steps small.", 0) with
        {
            Pack = false, QuietDefault = true,
        },
        Names("train.schedule", c => c.Train.Schedule, "The learning rate over the epochs: constant, by a factor every so many "
            + "epochs (step), or the IWAE paper's eight stages (iwae).",
            ["constant", "step", "iwae"]) with { Pack = false, QuietDefault = true },
        Number("train.schedule_factor", c => c.Train.ScheduleFactor, "What the learning rate is multiplied by.", 0) with
        {
            AboveMin = true, Pack = false, QuietDefault = true, Applies = Is("train.schedule", "step"),
        },
        Int("train.schedule_every", c => ConfigValue.Of(c.Train.ScheduleEvery), "Epochs between those.", 1) with
        {
            Pack = false, QuietDefault = true, Applies = Is("train.schedule", "step"),
        },
        Number("train.clip", c => c.Train.Clip, "Largest gradient norm of a trial; 0 is off.", 0),
        Number("train.clip_entries", c => c.Train.ClipEntries,
            "Largest size of a gradient's entry, cut off after train.clip; 0 is off.", 0) with { QuietDefault = true },
        Int("train.early_stopping", c => ConfigValue.Of(c.Train.EarlyStopping),
            "Stops after more than so many epochs without a better validation bound and keeps the best model; 0 is off.",
            0) with { QuietDefault = true },
        new("train.phases", ValueKind.Phases, c => ConfigValue.Of(c.Train.Phases.Select(phase => phase.ToValue()).ToArray()),
            "Phases that follow, each with its epochs and what it changes: { epochs: 100, "
                + "objective.k: 10 }.") { QuietDefault = true },
        Names("train.alarms.collapse", c => c.Train.Alarms.Collapse,
            "Posterior collapse: nothing, an event of the trial (warn), or the end of its training (stop).",
            ["off", "warn", "stop"]) with
        {
            Pack = false, QuietDefault = true,
        },
        Number("train.alarms.collapse_kl", c => c.Train.Alarms.CollapseKl,
            "Nats a latent unit under which the KL term counts as collapsed.", 0) with
        {
            AboveMin = true, Pack = false, QuietDefault = true, Applies = Is("train.alarms.collapse", "warn", "stop"),
        },
        Names("train.alarms.overload", c => c.Train.Alarms.Overload,
            "Information overload: the validation bound under its best while training images are still drawn better, or too "
                + "large a KL term.",
            ["off", "warn", "stop"]) with { Pack = false, QuietDefault = true },
        Number("train.alarms.overload_kl", c => c.Train.Alarms.OverloadKl,
            "Nats above which the KL term counts as overload; 0 is no bound.", 0) with
        {
            Pack = false, QuietDefault = true, Applies = Is("train.alarms.overload", "warn", "stop"),
        },
        Int("train.alarms.epochs", c => ConfigValue.Of(c.Train.Alarms.Epochs), "Epochs in a row after which an alarm is raised.",
            1) with { Pack = false, QuietDefault = true },
        Number("train.checkpoint_seconds", c => c.Train.CheckpointSeconds, "Seconds between checkpoints.",
            0) with { AboveMin = true, Identity = false },
        Int("train.checkpoint_epochs", c => ConfigValue.Of(c.Train.CheckpointEpochs),
            "Epochs between checkpoints; 0 is by train.checkpoint_seconds alone.", 0) with { Identity = false },

        new("evaluate.metrics", ValueKind.NameSet, c =>
            ConfigValue.Of(c.Evaluate.Metrics.Order(StringComparer.Ordinal).Select(ConfigValue.Of).ToArray()),
            "What is measured of the finished model.") { Allowed = MetricList.Evaluated },
        Int("evaluate.importance_samples", c => ConfigValue.Of(c.Evaluate.ImportanceSamples), "Samples of the log-likelihood.",
            1) with { Applies = _hasNll },
        Int("evaluate.every", c => ConfigValue.Of(c.Evaluate.Every),
            "Epochs between measurements of validation, test and unit activity.", 1),

        Int("seed", c => ConfigValue.Of(c.Seed), "Seeds initialisation, data order and noise; set by `seeds`.",
            0) with { Max = MaxSeed, Pack = false },
    ];

    /// <summary>Whole numbers up to here survive every JSON reader.</summary>
    private const double MaxSeed = 9_007_199_254_740_991;

    /// <summary>A configuration with every default.</summary>
    public static TrialConfig Defaults { get; } =
        new() { Dataset = new(), Model = new(), Objective = new(), Train = new(), Evaluate = new(), Seed = 0 };

    /// <summary>The paths of a canonical configuration, in ordinal order.</summary>
    public static IReadOnlyList<ConfigPath> Paths { get; } = Ordered();

    /// <summary>Other ways to write a path, such as `model.latent`.</summary>
    public static IReadOnlyList<ConfigPath> Shorthands { get; } = _declared.Where(path => path.ShortFor is not null)
        .Select(WithDefault).ToArray();

    /// <summary>Everything that may be written, in ordinal order.</summary>
    public static IReadOnlyList<string> Writable { get; } = Paths.Concat(Shorthands).Select(path => path.Name)
        .Order(StringComparer.Ordinal).ToArray();

    /// <summary>Paths of the design that this version cannot train with yet.</summary>
    public static IReadOnlyList<string> NotYet { get; } = [];

    private static readonly FrozenDictionary<string, ConfigPath> _byName = Paths.Concat(Shorthands)
        .ToFrozenDictionary(path => path.Name, StringComparer.Ordinal);

    /// <returns>Null when there is no such path.</returns>
    public static ConfigPath? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A path that is known to exist.</summary>
    internal static ConfigPath At(string name) => _byName[name];

    /// <summary>Whether a path has a meaning in a configuration.</summary>
    internal static bool IsApplicable(ConfigPath path, ReadOnlySpan<ConfigValue> values) =>
        path.Applies is not { } condition
            || (condition.Accepts(values[path.AppliesIndex]) && IsApplicable(Paths[path.AppliesIndex], values));

    private static ConfigPath[] Ordered()
    {
        var names = _declared.Where(path => path.ShortFor is null).Select(path => path.Name).Order(StringComparer.Ordinal)
            .ToArray();
        return names.Select((name, index) => WithDefault(_declared.Single(path => path.Name == name)) with { Index = index })
            .Select(path =>
                path with { AppliesIndex = path.Applies is { } condition ? Array.IndexOf(names, condition.Path) : -1 })
            .ToArray();
    }

    private static ConfigPath WithDefault(ConfigPath path) => path with { Default = path.Get(Defaults) };

    private static Condition Is(string path, params string[] names) => new(path, names.Select(ConfigValue.Of).ToArray());

    private static string[] Priors(Func<PriorFacts, bool> which) => [.. PriorList.All.Where(which).Select(facts => facts.Name)];

    private static ConfigPath Names(
        string name, Func<TrialConfig, string> get, string description, string[] allowed, string[]? notYet = null) =>
        new(name, ValueKind.Choice, c => ConfigValue.Of(get(c)), description) { Allowed = allowed, NotYet = notYet ?? [] };

    private static ConfigPath Bool(string name, Func<TrialConfig, bool> get, string description) =>
        new(name, ValueKind.Bool, c => ConfigValue.Of(get(c)), description);

    private static ConfigPath Int(string name, Func<TrialConfig, ConfigValue> get, string description, int min) =>
        new(name, ValueKind.Int, get, description) { Min = min, Max = int.MaxValue };

    private static ConfigPath Number(string name, Func<TrialConfig, double> get, string description, double min) =>
        new(name, ValueKind.Number, c => ConfigValue.Of(get(c)), description) { Min = min };
}
