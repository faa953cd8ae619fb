namespace VaeSweep.Sweeps;

/// <summary>What the parts of a model, its objective and its data must agree on.</summary>
public static class ModelRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("two layers in an hvae", ["model.family", "model.layers"], false, c => c.Model.Family == "hvae"
            && c.Model.Layers.Count != 2
            ? $"model.family hvae has two stochastic layers, but model.layers has {c.Model.Layers.Count}; give two, or use vae "
            + "or ladder." : null),
        new("an encoder of the top layer for a VampPrior", ["model.family", "model.layers", "model.prior"], false, c =>
            c.Model is { Family: "vae", Layers.Count: > 1 } && PriorList.Of(c.Model).OfEncoder
            ? $"model.prior {c.Model.Prior} needs q(z|x) of the top layer, which model.family vae with {c.Model.Layers.Count} "
            + "layers does not have: it infers layer from layer; " +
              "use one layer, model.family hvae or ladder, or model.prior standard or mixture." : null),
        new("training images for pseudo-inputs",
            ["dataset.name", "dataset.train", "dataset.valid", "model.prior", "model.pseudo_inputs", "model.pseudo_init"], false,
            c =>
            PriorList.NeedsImages(c.Model) && TrainImages(c.Dataset) is { } images && c.Model.PseudoInputs > images
            ? $"model.pseudo_inputs {c.Model.PseudoInputs} is more than the {images} training images that "
            + $"model.prior {c.Model.Prior} takes them from." : null),
        new("hidden widths for every layer", ["model.hidden", "model.layers"], false,
            c => c.Model.Hidden.Count != c.Model.Layers.Count
            ? $"model.hidden has widths for {c.Model.Hidden.Count} layers, but model.layers has {c.Model.Layers.Count}." : null),
        new("no free bits in an importance-weighted bound", ["objective.bound", "objective.free_bits"], false,
            c => c.Objective is { Bound: "iwae", FreeBits: > 0 }
            ? "objective.free_bits needs a KL term, which objective.bound iwae does not have; use elbo or free_bits 0." : null),
        new("no free bits of units without a KL term for each",
            ["model.prior", "model.posterior", "objective.free_bits", "objective.free_bits_form"], false, c =>
            c.Objective is not { FreeBits: > 0, FreeBitsForm: "units" }
            || (c.Model.Posterior is "gaussian" or "fixed" && PriorList.Of(c.Model).Standard) ? null
            : $"objective.free_bits needs a KL term for each unit, which model.prior {c.Model.Prior} with "
            + $"model.posterior {c.Model.Posterior} does not have; " +
              "use objective.free_bits_form image, or model.prior standard and model.posterior gaussian."),
        new("a density at other images' codes for mutual information",
            ["evaluate.metrics", "model.amortised_flows", "model.posterior"], false, c =>
            c.Model is { Posterior: "coupling" } or { Posterior: "planar", AmortisedFlows: true }
            && c.Evaluate.Metrics.FirstOrDefault(metric => metric.EndsWith("_mi", StringComparison.Ordinal)) is { } information
            ? $"evaluate.metrics has {information}, which needs the density of one image's code under every other image; flows "
            + "that each image has of its own do not give it. " +
              "Leave it out, or use model.posterior gaussian, fixed, or planar without model.amortised_flows." : null),
        new("free bits of units from a closed form",
            ["objective.bound", "objective.free_bits", "objective.free_bits_form", "objective.kl_form"], false, c =>
            c.Objective is { Bound: "elbo", FreeBits: > 0, FreeBitsForm: "units", KlForm: "monte_carlo" }
            ? "objective.free_bits of units needs the KL of each unit, which objective.kl_form monte_carlo does not take; use "
            + "closed_form, or objective.free_bits_form image." : null),
        new("one layer for a posterior of its own shape", ["model.family", "model.layers", "model.posterior"], false, c =>
            c.Model.Posterior != "gaussian" && c.Model is not { Family: "vae", Layers.Count: 1 }
            ? $"model.posterior {c.Model.Posterior} is for model.family vae with one layer; model.family {c.Model.Family} "
            + $"with {c.Model.Layers.Count} layers takes gaussian." : null),
        new("no variance head for a fixed posterior", ["model.encoder_head", "model.posterior"], false,
            c => c.Model.Posterior == "fixed" && c.Model.EncoderHead != "linear"
            ? "model.posterior fixed takes its standard deviation from model.posterior_sd, so "
            + $"model.encoder_head {c.Model.EncoderHead} has nothing to shape; use linear." : null),
        new("grey images for a discretised logistic", ["dataset.name", "dataset.binarization", "model.decoder"], false,
            c => c.Model.Decoder != "logistic" ? null
            : c.Dataset.Binarization != "none"
            ? $"model.decoder logistic gives probabilities of 256 grey values, and dataset.binarization {c.Dataset.Binarization} "
            + "leaves two; use none, or model.decoder bernoulli."
            : c.Dataset.Facts() is { Binary: true }
            ? $"model.decoder logistic gives probabilities of 256 grey values, and {c.Dataset.Name} has two; use model.decoder "
            + "bernoulli." : null),
        new("grey values and a density of them to dequantise for", ["dataset.name", "dataset.dequantise", "model.decoder"], false,
            c => !c.Dataset.Dequantise ? null
            : c.Dataset.Facts() is { Binary: true }
            ? $"dataset.dequantise spreads grey values over their width, and {c.Dataset.Name} is binary; leave it out."
            : c.Model.Decoder is "bernoulli" or "logistic"
            ? $"dataset.dequantise is for densities of real numbers, and model.decoder {c.Model.Decoder} gives probabilities; "
            + "use gaussian or gaussian_softplus, or leave it out." : null),
        new("probabilities for bits per dimension", ["evaluate.metrics", "model.decoder"], false,
            c => c.Model.Decoder is not ("gaussian" or "gaussian_softplus") ? null
            : c.Evaluate.Metrics.FirstOrDefault(metric => metric.EndsWith("_bpd", StringComparison.Ordinal)) is { } bits
            ? $"evaluate.metrics has {bits}, bits of a probability, but model.decoder {c.Model.Decoder} gives densities; use "
            + $"logistic or bernoulli, or measure {bits[..^3]}nll." : null),

        new("a fixed posterior without a KL term", ["model.posterior", "objective.beta"], true, c => c.Objective.Beta == 0
            && c.Model.Posterior != "fixed"
            ? $"objective.beta 0 leaves nothing that keeps the noise of model.posterior {c.Model.Posterior} from vanishing; an "
            + "uncertainty autoencoder has model.posterior fixed." : null),
        new("something for a mean-only upward pass to feed", ["model.family", "model.layers", "model.mean_only_up"], true, c =>
            c.Model is { Family: "ladder", MeanOnlyUp: true, Layers.Count: 1 }
                ? "model.mean_only_up changes nothing in a ladder of one layer." : null),
    ];

    private static readonly ConfigRule[] _ofModel = [.. All.Where(rule => !rule.Warns && rule.Paths.All(IsOfModel))];

    /// <summary>Every reason why a model cannot be built, whatever the images: numbers out of their range, and parts that do not
    /// go together. Empty when it can.</summary>
    /// <exception cref="ArgumentException">There is no such prior.</exception>
    public static IReadOnlyList<string> Faults(ModelConfig model, ObjectiveConfig objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objective);
        var config = ConfigSchema.Defaults with { Model = model, Objective = objective };
        return
        [
            .. ConfigSchema.Paths.Where(path => IsOfModel(path.Name)).Select(path => path.OutOfRange(path.Get(config)))
                .OfType<string>(),
            .. _ofModel.Select(rule => rule.Check(config)).OfType<string>(),
        ];
    }

    private static bool IsOfModel(string path) =>
        path.StartsWith("model.", StringComparison.Ordinal) || path.StartsWith("objective.", StringComparison.Ordinal);

    /// <summary>How many images are trained on, classes aside; null when nothing is known of the data set.</summary>
    private static int? TrainImages(DatasetConfig dataset) => dataset.Train ?? dataset.Facts() switch
    {
        null => null,
        { ValidImages: 0 } facts => facts.TrainImages - (dataset.Valid ?? 0),
        var facts => facts.TrainImages,
    };
}
