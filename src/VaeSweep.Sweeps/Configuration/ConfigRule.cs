namespace VaeSweep.Sweeps;

/// <summary>Something that several paths must agree on.</summary>
/// <param name="Paths">The paths it looks at; a sweep is checked over their combinations only.</param>
/// <param name="Warns">A person should know, but the trial can run.</param>
/// <param name="Check">Null when all is well, else what is wrong.</param>
public sealed record ConfigRule(string Name, IReadOnlyList<string> Paths, bool Warns, Func<TrialConfig, string?> Check)
{
    /// <summary>Every rule.</summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [
        .. ModelRules.All,
        new("a batch within the training images", ["train.batch_size", "dataset.train", "dataset.name"], false, c =>
            (c.Dataset.Train ?? c.Dataset.Facts()?.TrainImages) is { } images && c.Train.BatchSize > images
            ? $"train.batch_size {c.Train.BatchSize} is more than the {images} training images." : null),
        new("a split within the training file", ["dataset.name", "dataset.train", "dataset.valid"], false, c =>
            c.Dataset.Facts() is { ValidImages: 0 } facts
                && (c.Dataset.Train ?? 1) + (long)(c.Dataset.Valid ?? 0) > facts.TrainImages
            ? $"dataset.train {c.Dataset.Train?.ToString() ?? "all"} and dataset.valid {c.Dataset.Valid ?? 0} are more than "
            + $"the {facts.TrainImages} training images of {facts.Name}." : null),
        new("images within their published part", ["dataset.name", "dataset.train", "dataset.valid"], false,
            c => c.Dataset.Facts() is not { ValidImages: > 0 } facts ? null
            : c.Dataset.Train > facts.TrainImages
            ? $"dataset.train {c.Dataset.Train} is more than the {facts.TrainImages} training images of {facts.Name}."
            : c.Dataset.Valid > facts.ValidImages
            ? $"dataset.valid {c.Dataset.Valid} is more than the {facts.ValidImages} validation images of {facts.Name}." : null),
        new("test images within the test file", ["dataset.name", "dataset.test"], false, c =>
            c.Dataset.Facts() is { } facts && c.Dataset.Test > facts.TestImages
            ? $"dataset.test {c.Dataset.Test} is more than the {facts.TestImages} test images of {facts.Name}." : null),
        new("classes of the data set", ["dataset.name", "dataset.classes"], false, c =>
            c.Dataset.Facts() is not { } facts || c.Dataset.Classes.All(facts.HasClass) ? null
            : facts.Classes == 0 ? $"dataset.classes [{string.Join(", ", c.Dataset.Classes)}]: {facts.Name} has no labels."
            : $"dataset.classes [{string.Join(", ", c.Dataset.Classes)}]: the classes of {facts.Name} are {facts.Labels}."),
        new("validation images for validation metrics", ["dataset.name", "dataset.valid", "evaluate.metrics"], false, c =>
            (c.Dataset.Valid ?? c.Dataset.Facts()?.ValidImages) == 0
                && c.Evaluate.Metrics.FirstOrDefault(metric =>
                    metric.StartsWith("valid_", StringComparison.Ordinal)) is { } metric
            ? $"evaluate.metrics has {metric}, but there are no validation images; set dataset.valid." : null),

        new("epochs for a warm-up", ["objective.warmup", "objective.warmup_epochs"], false,
            c => c.Objective is { Warmup: not "linear", WarmupEpochs: 0 }
            ? $"objective.warmup {c.Objective.Warmup} says how the KL term's weight grows, but objective.warmup_epochs 0 "
            + "switches that off; give it epochs, or leave objective.warmup out." : null),
        new("no more cycles than epochs", ["objective.warmup", "objective.warmup_cycles", "objective.warmup_epochs"], false, c =>
            c.Objective is { Warmup: "cyclic", WarmupEpochs: > 0 } && c.Objective.WarmupCycles > c.Objective.WarmupEpochs
            ? $"objective.warmup_cycles {c.Objective.WarmupCycles} is more than "
            + $"objective.warmup_epochs {c.Objective.WarmupEpochs}: a cycle takes an epoch at least." : null),
        new("several estimates of an importance-weighted bound alone", ["objective.bound", "objective.mc_samples"], false,
            c => c.Objective is { Bound: "elbo", McSamples: > 1 }
            ? $"objective.mc_samples {c.Objective.McSamples} averages estimates of the bound, as objective.k does for "
            + "objective.bound elbo; set objective.k, or use objective.bound iwae." : null),
        new("validation images for early stopping", ["train.early_stopping", "dataset.name", "dataset.valid"], false, c =>
            c.Train.EarlyStopping > 0 && (c.Dataset.Valid ?? c.Dataset.Facts()?.ValidImages) == 0
            ? $"train.early_stopping {c.Train.EarlyStopping} watches the validation bound, but there are no validation images; "
            + "set dataset.valid." : null),
        new("early stopping of a single phase", ["train.early_stopping", "train.phases"], false,
            c => c.Train is { EarlyStopping: > 0, Phases.Count: > 0 }
            ? "train.early_stopping would end all of train.phases; use one of the two." : null),
        new("phases that mean something",
            ["train.phases", "objective.bound", "objective.free_bits", "objective.mc_samples", "objective.warmup",
                "objective.warmup_epochs", "model.prior", "train.optimizer.name", "train.clip"],
            false, c => c.Train.Phases.Count == 0 ? null : TrialPhases.Of(c).Skip(1)
                .SelectMany((phase, i) => Faults(phase.Config).Except(Faults(c with { Train = c.Train with { Phases = [] } }))
                    .Select(fault => $"train.phases, phase {i + 2}: {fault}")).FirstOrDefault()),
        new("one way to scale gradients", ["train.optimizer.name", "train.clip"], false,
            c => c.Train is { Optimizer: "adam_norm_grad", Clip: > 0 }
            ? $"train.clip {c.Train.Clip} does nothing with train.optimizer.name adam_norm_grad, which divides every gradient by "
            + "its norm; use adam, or train.clip 0." : null),
        new("the IWAE code's Adam as it is",
            ["train.optimizer.name", "train.optimizer.adam.eps_form", "train.clip", "train.clip_entries"], false,
            c => c.Train.Optimizer != "adam_iwae_code" ? null
            : c.Train.Adam.EpsForm != "hat"
            ? "train.optimizer.name adam_iwae_code adds epsilon to the uncorrected root; set train.optimizer.adam.eps_form hat, "
            + $"not {c.Train.Adam.EpsForm}."
            : c.Train is { Clip: > 0 } or { ClipEntries: > 0 }
            ? "train.clip and train.clip_entries do nothing with train.optimizer.name adam_iwae_code, which takes gradients as "
            + "they are; use adam, or leave them 0." : null),

        new("a likelihood of binary pixels", ["dataset.name", "dataset.binarization", "model.decoder"], true, c =>
            c.Dataset.Binarization == "none" && c.Model.Decoder == "bernoulli"
                && c.Dataset.Facts() is { Binary: false }
            ? "model.decoder bernoulli with dataset.binarization none: cross-entropies on grey values are no log-likelihoods and "
            + "come out higher." : null),
        new("warm-up within the epochs", ["objective.warmup_epochs", "train.epochs"], true,
            c => c.Objective.WarmupEpochs >= c.Train.Epochs
            ? $"objective.warmup_epochs {c.Objective.WarmupEpochs} does not end within train.epochs {c.Train.Epochs}: the KL "
            + "term never has its full weight." : null),
        new("a measurement within the epochs", ["evaluate.every", "train.epochs"], true, c => c.Evaluate.Every > c.Train.Epochs
            ? $"evaluate.every {c.Evaluate.Every} is more than train.epochs {c.Train.Epochs}: curves hold the last epoch only."
            : null),
    ];

    /// <summary>What is wrong with a configuration; empty when nothing is. Warnings are left out.</summary>
    public static IReadOnlyList<string> Faults(TrialConfig config) => All.Where(rule => !rule.Warns)
        .Select(rule => rule.Check(config)).OfType<string>().ToArray();
}
