using VaeSweep.Results.Figures;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests.Figures;

/// <summary>PCA of each stochastic layer's samples, Sønderby et al. 2016, figure 6.</summary>
public sealed class LayerSamplesTests
{
    [Fact]
    public void Principal_components_are_the_directions_of_largest_variance_with_their_shares()
    {
        // Along (3, 4, 0) / 5 by 10 cos t, along (4, -3, 0) / 5 by 2 sin t, about (1, 2, 7): variances 50 and 2, and none across.
        const int Rows = 360;
        var rows = new float[Rows * 3];
        for (var i = 0; i < Rows; i++)
        {
            var (a, b) = (10 * Math.Cos(i * Math.PI / 180), 2 * Math.Sin(i * Math.PI / 180));
            rows[3 * i] = (float)(1 + ((3 * a) + (4 * b)) / 5);
            rows[(3 * i) + 1] = (float)(2 + ((4 * a) - (3 * b)) / 5);
            rows[(3 * i) + 2] = 7;
        }

        var found = PrincipalComponents.Of(rows, 3, 2);

        Assert.Equal(50.0 / 52, found.Shares[0], 1e-6);
        Assert.Equal(2.0 / 52, found.Shares[1], 1e-6);
        for (var i = 0; i < Rows; i++)
        {
            Assert.Equal(10 * Math.Cos(i * Math.PI / 180), found.Coordinates[0][i], 1e-5);
            Assert.Equal(2 * Math.Sin(i * Math.PI / 180), found.Coordinates[1][i], 1e-5);
        }
    }

    [Fact]
    public void Rows_that_do_not_vary_have_no_shares()
    {
        var found = PrincipalComponents.Of([1, 2, 3, 1, 2, 3], 3, 2);

        Assert.Equal([0.0, 0.0], found.Shares);
        Assert.All(found.Coordinates.SelectMany(component => component), value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task Every_layer_has_a_panel_of_its_samples_and_one_can_be_chosen()
    {
        await using var trained = await TrainedStore.MadeAsync(new MadeUpTrial("""{"model.layers":[3,2],"seed":0}""", 0, 90));
        var definition = SweepFile.Parse("name: s\nparameters: { model.latent: [2, 3] }\n", "s.yaml");

        var all = await BuildAsync(trained, definition, new FigureOptions { Seed = 5 });
        var top = await BuildAsync(trained, definition, new FigureOptions { Seed = 5, Layer = 2 });

        var panels = all.Panels.Cast<Chart>().ToArray();
        Assert.Equal(2, panels.Length);
        Assert.Equal(("PC 1", "z1"), (panels[0].X.Label, panels[1].X.Label));
        // The made-up model draws its seed: means would lie at 0.
        Assert.Equal([5.0, 6], panels[1].Marks.Cast<PointMark>().SelectMany(mark => mark.X));
        Assert.Equal(["3", "8"], panels[1].Marks.Select(mark => mark.Name));
        Assert.Single(top.Panels);
        Assert.Contains(all.Notes, note => note.Contains("one sample of the posterior", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Models_of_one_layer_stand_beside_those_of_several()
    {
        await using var trained = await TrainedStore.MadeAsync(
            new MadeUpTrial("""{"model.latent":64,"seed":0}""", 0, 105),
            new MadeUpTrial("""{"model.layers":[64,32],"seed":0}""", 0, 99));

        var trials = await SweepTrials.LoadAsync(
            trained.Store.Results, "s", new FigureOptions().Where, TestContext.Current.CancellationToken);

        Assert.Equal(["[64]", "[64,32]"], trials.Trials.Select(trial => trials.Setting(trial, "model.layers")!.Json));
    }

    private static async Task<Figure> BuildAsync(TrainedStore trained, SweepDefinition definition, FigureOptions options)
    {
        var token = TestContext.Current.CancellationToken;
        var trials = await SweepTrials.LoadAsync(trained.Store.Results, "s", options.Where, token);
        return await FigureKinds.Get("latent-samples")
            .BuildAsync(new FigureContext(trained.Store, definition, trials, options, new Models()), token);
    }

    private sealed class Models : ITrainedModels
    {
        public Task<ITrainedModel> OpenAsync(FigureTrial trial, CancellationToken cancellationToken) =>
            Task.FromResult<ITrainedModel>(new Model());
    }

    private sealed class Model : ITrainedModel
    {
        public int ImageWidth => 2;
        public int ImageHeight => 2;
        public IReadOnlyList<int> LatentSizes => [3, 2];
        public int ImportanceSamples => 1;

        public TestImages Images(int count) => new("made-up", 2, new float[8], [3, 8]);

        public IReadOnlyList<float[]> Encode(float[] images) => [new float[6], new float[4]];

        public IReadOnlyList<float[]> EncodeSamples(float[] images, long seed) => [[1, 2, 3, 4, 5, 6], [seed, 0, seed + 1, 0]];

        public float[] Decode(IReadOnlyList<float[]> codes) => throw new NotSupportedException();

        public IReadOnlyList<float[]> SampleCodes(int count, long seed) => throw new NotSupportedException();

        public float[]? PseudoInputs() => null;

        public double[] LogLikelihoods(float[] images, int samples, long seed) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
