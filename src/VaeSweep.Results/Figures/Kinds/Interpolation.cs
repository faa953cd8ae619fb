using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>Images decoded between the codes of two test images, along a straight line and along a great circle.</summary>
public static class Interpolation
{
    private const int Pairs = 3;
    private const int Steps = 11;

    public static FigureKind Kind { get; } = new(
        "interpolation", "images between two test images, along a line and along a great circle of the latent space",
        BuildAsync) { NeedsModel = true, InReport = _ => true };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var pairs = context.Options.Images > 0 ? context.Options.Images : Pairs;
        var panels = new List<Panel>();
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, _, title) =>
        {
            var test = model.Images(500);
            var ends = test.Varied(2 * pairs);
            var codes = model.Encode(test.Of(ends));
            var inputs = ModelPanels.Tiles(model, test.Of(ends)).ToList();
            var tiles = new List<GreyImage?>();
            var labels = new List<string>();
            for (var pair = 0; pair < ends.Count / 2; pair++)
            {
                foreach (var kind in Enum.GetValues<LatentPathKind>())
                {
                    var path = codes.Select((layer, i) =>
                    {
                        var units = model.LatentSizes[i];
                        return (float[])[.. Enumerable.Range(0, Steps).SelectMany(step => LatentPath.Between(
                            kind, layer.AsSpan(2 * pair * units, units), layer.AsSpan(((2 * pair) + 1) * units, units),
                            step / (Steps - 1.0)))];
                    }).ToList();
                    tiles.Add(inputs[2 * pair]);
                    tiles.AddRange(ModelPanels.Tiles(model, model.Decode(path)));
                    tiles.Add(inputs[(2 * pair) + 1]);
                    labels.Add(kind.ToString().ToLowerInvariant());
                }
            }

            panels.Add(new TileGrid(title, Steps + 2, tiles) { RowLabels = labels });
        }, cancellationToken);
        return new Figure(
            "interpolation", $"{context.Sweep}: between two test images", panels,
            [.. ModelPanels.Notes(context, shown), "Leftmost and rightmost: the inputs. Between them, mean images at equal steps "
                + "between their posterior means; in models of several layers every layer moves along."]) { Columns =
                panels.Count == 1 ? 1 : 2 };
    }
}
