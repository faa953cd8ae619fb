using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli.Tests;

/// <summary>What a sweep file may name and what can be built are said in different projects, and must be the same.</summary>
public sealed class KindTests
{
    public static TheoryData<string, IReadOnlyList<string>> Built => new()
    {
        { "model.family", ModelNames.Families },
        { "model.activation", ModelNames.Activations },
        { "model.init", ModelNames.Initialisations },
        { "model.decoder", ModelNames.Decoders },
        { "model.prior", ModelNames.Priors },
        { "model.posterior", ModelNames.Posteriors },
        { "model.encoder_head", ModelNames.EncoderHeads },
        { "model.pseudo_init", ModelNames.PseudoInputStarts },
        { "objective.free_bits_form", ModelNames.FreeBitsForms },
        { "objective.bound", ModelNames.Bounds },
        { "dataset.name", [.. DatasetCatalog.Default.Sources.Select(source => source.Name)] },
    };

    [Theory]
    [MemberData(nameof(Built))]
    public void A_sweep_file_may_name_exactly_what_is_built(string path, IReadOnlyList<string> built) => Assert.Equal(built, ConfigSchema.Find(path)!.Allowed);

    [Fact]
    public void Facts_of_data_sets_are_those_of_the_catalog() => Assert.All(DatasetCatalog.Default.Sources, source =>
    {
        var facts = DatasetFacts.Find(source.Name)!;

        Assert.Equal(source.Height * source.Width, facts.Pixels);
        int[] parts = facts.ValidImages == 0 ? [facts.TrainImages, facts.TestImages] : [facts.TrainImages, facts.ValidImages, facts.TestImages];
        Assert.Equal(source.Images, string.Join(" + ", parts.Select(part => part.ToString("N0", System.Globalization.CultureInfo.InvariantCulture))));
    });

    [Fact]
    public void A_sweep_file_accepts_a_model_exactly_when_it_can_be_built()
    {
        IReadOnlyList<int>[] layers = [[4], [4, 2], [4, 3, 2]];
        var combinations =
            from family in ModelNames.Families
            from prior in ModelNames.Priors
            from latent in layers
            from hidden in Enumerable.Range(1, 3)
            from bound in ModelNames.Bounds
            from freeBits in new[] { "off", "units", "image" }
            from posterior in ModelNames.Posteriors
            from head in new[] { "linear", "exp" }
            from klForm in new[] { "closed_form", "monte_carlo" }
            select ConfigSchema.Defaults with
            {
                Model = new()
                {
                    Family = family, Prior = prior, Layers = latent, Hidden = [.. Enumerable.Repeat<IReadOnlyList<int>>([8], hidden)], Posterior = posterior, EncoderHead = head,
                },
                Objective = new() { Bound = bound, FreeBits = freeBits == "off" ? 0 : 0.5, FreeBitsForm = freeBits == "image" ? "image" : "units", KlForm = klForm },
            };

        var accepted = 0;
        Assert.All(combinations, config =>
        {
            var bySchema = ConfigRule.Faults(config);
            var byModels = ModelRules.Faults(config.Model, config.Objective);

            accepted += bySchema.Count == 0 ? 1 : 0;
            Assert.True(bySchema.Count == byModels.Count, $"{config.Model} {config.Objective}: [{string.Join(" ", bySchema)}] and [{string.Join(" ", byModels)}]");
        });
        Assert.True(accepted > 30, $"only {accepted} combinations are accepted");
    }
}
