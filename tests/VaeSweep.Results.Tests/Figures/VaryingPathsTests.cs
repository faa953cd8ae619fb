using VaeSweep.Results.Figures;

namespace VaeSweep.Results.Tests.Figures;

public sealed class VaryingPathsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("vae", "model.latent")]
    [InlineData(null, "model.family model.layers")]
    public async Task A_latent_size_and_the_list_of_it_are_one_parameter(string? family, string expected)
    {
        await using var trained = await TrainedStore.MadeAsync(
            new MadeUpTrial("""{"model.family":"vae","model.latent":2,"seed":0}""", 0, 90),
            new MadeUpTrial("""{"model.family":"vae","model.latent":5,"seed":0}""", 0, 80),
            new MadeUpTrial("""{"model.family":"ladder","model.layers":[3,2],"seed":0}""", 0, 70));
        var where = new Dictionary<string, string>(StringComparer.Ordinal);
        if (family is not null)
            where["model.family"] = family;

        var trials = await SweepTrials.LoadAsync(trained.Store.Results, "s", where, Token);

        Assert.Equal(expected, string.Join(' ', trials.Varying));
    }
}
