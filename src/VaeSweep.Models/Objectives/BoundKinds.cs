using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>What is maximised, from one draw of the latent layers.</summary>
internal interface IObjective
{
    /// <summary>It needs log q - log p at the samples.</summary>
    bool NeedsRatios { get; }

    /// <param name="beta">[M], weight of the KL term.</param>
    ObjectiveTerms Of(LatentSample sample, Tensor beta);
}

/// <summary>A batch's means, [M] each; higher is better.</summary>
/// <param name="Value">What is maximised.</param>
/// <param name="Recon">E log p(x|z), over samples and images.</param>
/// <param name="Kl">At beta = 1, in closed form where there is one.</param>
internal readonly record struct ObjectiveTerms(Tensor Value, Tensor Recon, Tensor Kl);

/// <summary>Bounds on the log-likelihood.</summary>
internal static class BoundKinds
{
    public static Registry<Func<ObjectiveConfig, IObjective>> Registry { get; } =
        new("bound", new Dictionary<string, Func<ObjectiveConfig, IObjective>>
    {
        ["elbo"] = config => new Elbo(config),
        ["iwae"] = config => new ImportanceWeighted(config.McSamples),
    });
}
