namespace VaeSweep.Sweeps;

/// <summary>Every prior. A new one is a line here and, in the models' Priors, one file with its density.</summary>
public static class PriorList
{
    public static IReadOnlyList<PriorFacts> All { get; } =
    [
        new("standard") { Standard = true },
        new("vampprior") { Components = PriorComponents.PseudoInputs },
        new("vampprior_data") { Components = PriorComponents.TrainingImages },
        new("mixture") { Components = PriorComponents.Gaussians },
    ];

    /// <returns>Null when there is no such prior.</returns>
    public static PriorFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);

    /// <summary>Of the prior of a configuration that was checked.</summary>
    /// <exception cref="ArgumentException">There is no such prior; the message names those there are.</exception>
    public static PriorFacts Of(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Find(model.Prior)
            ?? throw new ArgumentException(
                $"unknown prior '{model.Prior}'. Known: {string.Join(", ", All.Select(facts => facts.Name))}.");
    }

    /// <summary>Whether pseudo-inputs are training images, or start at them.</summary>
    public static bool NeedsImages(ModelConfig model) => Of(model).Components switch
    {
        PriorComponents.TrainingImages => true,
        PriorComponents.PseudoInputs => model.PseudoInit == "data",
        _ => false,
    };
}
