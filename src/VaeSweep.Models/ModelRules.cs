using VaeSweep.Models.Families;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models;

/// <summary>Which configurations mean something.</summary>
public static class ModelRules
{
    /// <summary>Every reason why this model cannot be built; empty when it can. Each names the paths, what was found and what to do.</summary>
    /// <remarks>Names of kinds are not looked at here: an unknown one is an error of its own.</remarks>
    public static IReadOnlyList<string> Faults(ModelConfig model, ObjectiveConfig objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objective);
        return [.. Shapes(model), .. Families(model), .. Posteriors(model), .. Combinations(model, objective)];
    }

    private static IEnumerable<string> Shapes(ModelConfig model)
    {
        if (model.Layers.Count == 0 || model.Layers.Any(size => size < 1))
        {
            yield return $"model.layers is [{string.Join(", ", model.Layers)}]: give each stochastic layer at least one unit.";
        }

        if (model.Hidden.Any(layer => layer.Any(size => size < 1)))
        {
            yield return $"model.hidden has a layer without units: {Describe(model.Hidden)}. Leave the layer out, or give it at least one unit.";
        }

        if (string.Equals(model.Family, "hvae", StringComparison.Ordinal) && model.Layers.Count != 2)
        {
            yield return $"model.family hvae has two stochastic layers, model.layers names {model.Layers.Count}. " +
                "Give two, or choose vae or ladder, which take any number.";
        }

        if (model.Hidden.Count != model.Layers.Count)
        {
            yield return $"model.hidden gives widths for {model.Hidden.Count} stochastic layers, model.layers names {model.Layers.Count}. " +
                "Give one list of widths for each.";
        }
    }

    private static IEnumerable<string> Combinations(ModelConfig model, ObjectiveConfig objective)
    {
        if (objective.K < 1)
        {
            yield return $"objective.k is {objective.K}: a bound needs at least one sample.";
        }

        if (objective.FreeBits > 0 && !string.Equals(objective.Bound, "elbo", StringComparison.Ordinal))
        {
            yield return $"objective.free_bits {objective.FreeBits} clamps a KL term, which the {objective.Bound} bound does not have. " +
                "Use objective.bound elbo, or free_bits 0.";
        }

        if (objective is { FreeBits: > 0, FreeBitsForm: "units" } && model is not { Prior: "standard", Posterior: "gaussian" or "fixed" })
        {
            yield return $"objective.free_bits {objective.FreeBits} clamps the KL of each unit, which model.prior {model.Prior} with model.posterior " +
                $"{model.Posterior} does not part into. Use objective.free_bits_form image, or model.prior standard and model.posterior gaussian.";
        }

        if (objective is { Bound: "elbo", FreeBits: > 0, FreeBitsForm: "units", KlForm: "monte_carlo" })
        {
            yield return $"objective.free_bits {objective.FreeBits} of units needs the KL of each unit, which objective.kl_form monte_carlo does not take. " +
                "Use closed_form, or objective.free_bits_form image.";
        }

        if (model is { Posterior: "fixed", EncoderHead: not "linear" })
        {
            yield return $"model.posterior fixed takes its standard deviation from model.posterior_sd, so model.encoder_head {model.EncoderHead} has nothing " +
                "to shape. Use model.encoder_head linear.";
        }
    }

    private static IEnumerable<string> Families(ModelConfig model)
    {
        if (string.Equals(model.Family, "vae", StringComparison.Ordinal) && model.Layers.Count > 1 &&
            model.Prior.StartsWith("vampprior", StringComparison.Ordinal))
        {
            yield return $"model.prior {model.Prior} is made by q(z|x) of the top layer, which model.family vae with {model.Layers.Count} layers does " +
                "not have: it infers layer from layer. Use one layer, model.family hvae or ladder, or model.prior standard or mixture.";
        }
    }

    private static IEnumerable<string> Posteriors(ModelConfig model)
    {
        if (model.Posterior != "gaussian" && model is not { Family: "vae", Layers.Count: 1 })
        {
            yield return $"model.posterior {model.Posterior} is for model.family vae with one layer; model.family {model.Family} with {model.Layers.Count} layers " +
                "takes gaussian.";
        }
    }

    private static string Describe(IReadOnlyList<IReadOnlyList<int>> lists) =>
        $"[{string.Join(", ", lists.Select(list => $"[{string.Join(", ", list)}]"))}]";
}
