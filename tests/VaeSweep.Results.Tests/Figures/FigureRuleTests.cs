using System.Globalization;
using System.Xml.Linq;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Imaging;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests.Figures;

/// <remarks>Figures keep the rules of tables: one data set and likelihood at a time, seeds are the unit, and what is left out is
/// said.</remarks>
public sealed class FigureRuleTests
{
    private const string Definition = """
        name: s
        dataset: { name: mnist }
        parameters: { model.decoder: [bernoulli, gaussian], model.latent: [2, 5], objective.k: [1, 5] }
        evaluate: { metrics: [test_nll] }
        seeds: 2
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_metric_against_a_path_shows_one_likelihood_a_panel_and_seeds_as_the_unit()
    {
        var figure = await BuildAsync("against", new FigureOptions { X = "model.latent", By = [] });

        Assert.Equal(["bernoulli", "gaussian"], figure.Panels.Select(p => p.Title));
        var points = ((Chart)figure.Panels[0]).Marks.OfType<PointMark>().Single();
        Assert.Equal([2, 2, 5, 5], points.X);
        // Each seed's mean over k = 1 and k = 5.
        Assert.Equal([85, 86, 75, 76], points.Y);
        Assert.Contains(figure.Notes, note => note.StartsWith("n = 2 seeds a point", StringComparison.Ordinal));
        Assert.Contains(figure.Notes, note =>
            note.Contains("over the settings that a point joins (up to 2)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Error_bars_at_one_place_stand_beside_each_other()
    {
        var figure = await BuildAsync("against", new FigureOptions { X = "model.latent", By = ["objective.k"] });

        var shifts = ((Chart)figure.Panels[0]).Marks.OfType<ErrorMark>().Select(mark => mark.Shift).ToList();
        Assert.Equal([-2.5, 2.5], shifts);
    }

    [Fact]
    public async Task A_likelihood_without_what_stands_along_x_has_no_panel_and_is_said()
    {
        await using var made = await TrainedStore.MadeAsync(
            from decoder in new[] { "bernoulli", "gaussian" }
            from count in new[] { 2, 5 }
            select new MadeUpTrial(
                $$"""{"dataset.name":"mnist","model.decoder":"{{decoder}}","seed":{{count}}"""
                + (decoder == "gaussian" ? "}" : $$""","model.pseudo_inputs":{{count}}}"""), count, 90));
        var trials = await SweepTrials.LoadAsync(made.Store.Results, "s", new Dictionary<string, string>(), Token);

        var figure = await FigureKinds.Get("against").BuildAsync(
            new FigureContext(made.Store, SweepFile.Parse(Definition), trials,
                new FigureOptions { X = "model.pseudo_inputs", By = [] }), Token);

        Assert.Equal("bernoulli", Assert.Single(figure.Panels).Title);
        Assert.Contains("Left out: gaussian, whose trials have no pseudo inputs.", figure.Notes);
    }

    [Fact]
    public async Task Curves_show_one_likelihood_a_panel()
    {
        var figure = await BuildAsync("curves", new FigureOptions { Metrics = ["train_elbo"], By = ["model.latent"] });

        Assert.Equal(["bernoulli", "gaussian"], figure.Panels.Select(p => p.Title));
        Assert.Contains(figure.Notes, note => note.StartsWith("n = 2 seeds a line", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("parallel")]
    [InlineData("slice")]
    [InlineData("importance")]
    public async Task Points_of_the_search_space_are_of_one_likelihood(string kind)
    {
        var figure = await BuildAsync(kind, new FigureOptions());

        Assert.Contains(figure.Notes, note => note.Contains("n = 8 finished trials at 4 points", StringComparison.Ordinal)
            && note.Contains("Only bernoulli: gaussian (8 trials) cannot be compared with it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counts_are_drawn_from_zero()
    {
        var chart = (Chart)(await BuildAsync("active-units", new FigureOptions { Metrics = ["active_units"] })).Panels[0];

        Assert.Equal(0, chart.Y.Min);
        Assert.True(chart.Y.Whole);
    }

    [Fact]
    public async Task A_model_that_is_missing_is_skipped_and_said()
    {
        await using var made = await MadeAsync();
        var trials = await SweepTrials.LoadAsync(made.Store.Results, "s", new Dictionary<string, string>(), Token);
        var context = new FigureContext(made.Store, SweepFile.Parse(Definition), trials, new FigureOptions(), new Missing(1));

        var figure = await FigureKinds.Get("reconstructions").BuildAsync(context, Token);

        Assert.Contains("Left out: the model of trial 1 is not there.", figure.Notes);
        // The input, and five of six models.
        Assert.Equal(6, ((TileGrid)figure.Panels[0]).RowLabels!.Count);
        var all = await Assert.ThrowsAsync<ResultsException>(() =>
            FigureKinds.Get("reconstructions").BuildAsync(context with { Models = new Missing(100) }, Token));
        Assert.Contains("trial 1", all.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(12)]
    public void Lines_have_colours_of_their_own(int count)
    {
        var colors = Enumerable.Range(0, count).Select(i => Palette.Of(i, count, ordered: false)).ToList();

        Assert.Equal(count, colors.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Titles_of_tiles_do_not_reach_into_the_next_panel()
    {
        var title = "decoder bernoulli, latent 2, k 1, batch norm false: inputs over reconstructions";
        var tiles = Enumerable.Repeat<GreyImage?>(new GreyImage(4, 4, new byte[16]), 4).ToList();

        var drawing = FigureRenderer.Render(
            new Figure("samples", "s", [new TileGrid(title, 2, tiles), new TileGrid(title, 2, tiles)], []) { Columns = 2 });

        var lines = XDocument.Parse(drawing.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)
            .Where(t => t != "s").ToList();
        Assert.Equal($"{title} {title}", string.Join(' ', lines.Take(lines.Count)));
        Assert.All(lines, line => Assert.True(TextWidth.Of(line, 12.5) <= 350));
    }

    [Theory]
    [InlineData(10.3, 7.7, 1.0)]
    [InlineData(10.0, 8.0, 1.3)]
    public void A_png_is_opaque_to_its_edges(double width, double height, double scale)
    {
        var blank = new Drawing("blank", width, height,
            canvas => canvas.Rectangle(0, 0, width, height, "#ffffff"));

        var image = PngReader.Decode(blank.ToPng(scale), "white.png");

        Assert.Equal((Math.Ceiling(width * scale), Math.Ceiling(height * scale)), (image.Width, image.Height));
        Assert.All(image.Pixels, pixel => Assert.Equal(255, pixel));
    }

    private static async Task<Figure> BuildAsync(string kind, FigureOptions options)
    {
        await using var made = await MadeAsync();
        var trials = await SweepTrials.LoadAsync(made.Store.Results, "s", options.Where, Token);
        return await FigureKinds.Get(kind)
            .BuildAsync(new FigureContext(made.Store, SweepFile.Parse(Definition), trials, options), Token);
    }

    private static Task<TrainedStore> MadeAsync() => TrainedStore.MadeAsync(
        from decoder in new[] { "bernoulli", "gaussian" }
        from latent in new[] { 2, 5 }
        from k in new[] { 1, 5 }
        from seed in new[] { 0, 1 }
        select new MadeUpTrial(
            $$"""
            {"dataset.name":"mnist","model.decoder":"{{decoder}}","model.latent":{{latent}},
            "objective.k":{{k}},"seed":{{seed}},"train.epochs":1}
            """,
            seed, (decoder == "gaussian" ? 300 : 90) + seed - k - (latent == 5 ? 10 : 0) - 2)
        {
            TrainElbo = -100 - k,
        });

    /// <summary>Models of which the first few are not there.</summary>
    private sealed class Missing(int count) : ITrainedModels
    {
        private int _asked;

        public Task<ITrainedModel> OpenAsync(FigureTrial trial, CancellationToken cancellationToken) => ++_asked <= count
            ? throw new ResultsException($"the model of trial {_asked} is not there.")
            : Task.FromResult<ITrainedModel>(new MadeUpModel([2]));
    }
}
