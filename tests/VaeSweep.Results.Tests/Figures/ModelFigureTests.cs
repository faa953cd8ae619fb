using System.Xml.Linq;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Imaging;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests.Figures;

/// <remarks>On a made-up model, so that what a figure must show can be counted.</remarks>
public sealed class ModelFigureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Tiles of one model: 12 inputs over 12 reconstructions; 8 by 8 twice; 5 by 5; 7; 3 pairs, linear and spherical, 11 steps
    // between two ends; 4 attributes of 2 images at 7 strengths beside the input.
    [Theory]
    [InlineData("reconstructions", 0, 24)]
    [InlineData("samples", 0, 64 + 60)]
    [InlineData("manifold", 5, 25)]
    [InlineData("pseudo-inputs", 0, 7)]
    [InlineData("interpolation", 0, 3 * 2 * 13)]
    [InlineData("attributes", 0, 4 * 2 * 8)]
    public async Task A_figure_of_images_has_every_tile(string kind, int images, int tiles)
    {
        var figure = await BuildAsync(kind, [2], new FigureOptions { Images = images });

        Assert.Equal(tiles, figure.Panels.Cast<TileGrid>().Sum(panel => panel.Tiles.Count(t => t is not null)));
        Assert.Contains(figure.Notes, note => note.StartsWith("n = 1 trial", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("reconstructions")]
    [InlineData("samples")]
    [InlineData("latents")]
    [InlineData("manifold")]
    [InlineData("pseudo-inputs")]
    [InlineData("interpolation")]
    [InlineData("attributes")]
    public async Task A_figure_of_a_model_is_well_formed_and_drawn_alike_twice(string kind)
    {
        var first = FigureRenderer.Render(await BuildAsync(kind, [2], new FigureOptions { Seed = 3 }));
        var again = FigureRenderer.Render(await BuildAsync(kind, [2], new FigureOptions { Seed = 3 }));

        Assert.Equal(first.ToSvg(), again.ToSvg());
        Assert.Contains(Texts(first), text => text.StartsWith("s: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scatter_of_two_units_names_them_and_one_of_more_names_its_components_layer_by_layer()
    {
        var two = FigureRenderer.Render(await BuildAsync("latents", [2], new FigureOptions()));
        var layers = await BuildAsync("latents", [4, 3], new FigureOptions());

        Assert.Contains("z1", Texts(two));
        Assert.Contains("z2", Texts(two));
        Assert.Equal(["0", "1", "2"], Texts(two).SkipWhile(t => t != "class:").Skip(1).Take(3));
        Assert.Equal(2, layers.Panels.Count);
        Assert.All(layers.Panels.Cast<Chart>(), chart => Assert.Matches("^PC 1 [(][0-9]+ % of variance[)]$", chart.X.Text));
        Assert.Equal(MadeUpModel.Count, layers.Panels.Cast<Chart>().First().Marks.Cast<PointMark>().Sum(m => m.X.Count));
    }

    [Fact]
    public async Task Adding_a_class_s_vector_once_leads_from_the_mean_of_one_class_to_that_of_the_other()
    {
        var grid =
            (TileGrid)(await BuildAsync("attributes", [6], new FigureOptions { Attributes = ["2-0"], Images = 1 })).Panels[0];

        // Input, then -1.5 to 1.5 by halves: the fourth has nothing added, the sixth the whole vector. Classes 0 and 2 fill the
        // first and the last two columns.
        Assert.Equal("0 to 2", grid.RowLabels![0]);
        Assert.True(grid.Tiles[4]!.Pixels[0] > 0 && grid.Tiles[4]!.Pixels[5] == 0);
        Assert.True(grid.Tiles[6]!.Pixels[5] > grid.Tiles[6]!.Pixels[0]);
    }

    [Theory]
    [InlineData("inc", "there is no attribute 'inc'. Did you mean 'ink'?")]
    [InlineData("7-1", "found '7-1'. There are 0, 1, 2.")]
    public async Task An_attribute_that_is_none_is_told_what_there_is(string attribute, string said)
    {
        var thrown = await Assert.ThrowsAsync<ResultsException>(() =>
            BuildAsync("attributes", [2], new FigureOptions { Attributes = [attribute] }));

        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reconstructions")]
    [InlineData("interpolation")]
    [InlineData("pseudo-inputs")]
    public async Task The_pixels_of_a_png_are_those_of_the_tiles(string kind)
    {
        var figure = await BuildAsync(kind, [6], new FigureOptions());
        var drawing = FigureRenderer.Render(figure);
        const int Scale = 2;

        var png = PngReader.Decode(drawing.ToPng(Scale), "figure.png");

        var grid = (TileGrid)figure.Panels[0];
        var image = XDocument.Parse(drawing.ToSvg()).Descendants().First(e => e.Name.LocalName == "image");
        var (left, top, width, height) =
            (Number(image, "x"), Number(image, "y"), Number(image, "width"), Number(image, "height"));
        var (across, down) = ((grid.Columns * (MadeUpModel.Side + 1)) - 1, (grid.Rows * (MadeUpModel.Side + 1)) - 1);
        var wrong = new List<string>();
        for (var i = 0; i < grid.Tiles.Count; i++)
        {
            for (var pixel = 0; grid.Tiles[i] is { } tile && pixel < tile.Pixels.Length; pixel++)
            {
                // The middle of a pixel: renderers smooth its edges.
                var x = left
                    + ((((i % grid.Columns) * (MadeUpModel.Side + 1)) + (pixel % MadeUpModel.Side) + 0.5) * width / across);
                var y = top
                    + ((((i / grid.Columns) * (MadeUpModel.Side + 1)) + (pixel / MadeUpModel.Side) + 0.5) * height / down);
                var drawn = png.Pixels[((int)(y * Scale) * png.Width) + (int)(x * Scale)];
                if (Math.Abs(drawn - tile.Pixels[pixel]) > 12)
                    wrong.Add($"tile {i}, pixel {pixel}: {drawn}, not {tile.Pixels[pixel]}");
            }
        }

        Assert.Empty(wrong);
    }

    private const string Definition = """
        name: s
        dataset: { name: mnist }
        model: { prior: vampprior, latent: 2 }
        evaluate: { metrics: [test_nll] }
        seeds: 2
        """;

    private static async Task<Figure> BuildAsync(string kind, IReadOnlyList<int> latentSizes, FigureOptions options)
    {
        var config =
            $$"""
            {"dataset.name":"mnist","model.latent":{{latentSizes[0]}},"model.prior":"vampprior","seed":0,"train.epochs":1}
            """;
        await using var made = await TrainedStore.MadeAsync(new MadeUpTrial(config, 0, 90));
        return await FigureKinds.Get(kind)
            .BuildAsync(await ContextAsync(made.Store, options, new MadeUpModel(latentSizes)), Token);
    }

    private static async Task<FigureContext> ContextAsync(IStore store, FigureOptions options, ITrainedModels? models) =>
        new(store, SweepFile.Parse(Definition), await SweepTrials.LoadAsync(store.Results, "s", options.Where, Token), options,
            models);

    private static List<string> Texts(Drawing drawing) =>
        [.. XDocument.Parse(drawing.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
}
