using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>Of each model reconstructions on the left and samples on the right.</summary>
public static class ReconstructionsAndSamples
{
    private const int Side = 8;

    public static FigureKind Kind { get; } = new(
        "samples", "each model's reconstructions and samples from its prior, side by side (Bergentoft et al., figure 8)",
        BuildAsync) { NeedsModel = true, InReport = _ => true };

    // More models than these stand two in a row.
    private const int MostBelowEachOther = 3;

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var side = context.Options.Images > 0 ? Math.Max(2, (int)Math.Ceiling(Math.Sqrt(context.Options.Images))) : Side;
        var panels = new List<Panel>();
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, _, title) =>
        {
            var test = model.Images(500);
            var inputs = test.Of(test.Varied(side * side / 2));
            var (above, below) = (ModelPanels.Tiles(model, inputs)
                .ToList(), ModelPanels.Tiles(model, model.Decode(model.Encode(inputs))).ToList());
            // A row of inputs, below it the row of their reconstructions.
            var pairs = Enumerable.Range(0, (above.Count + side - 1) / side)
                .SelectMany(row => Row(above, row, side).Concat(Row(below, row, side)));
            panels.Add(new TileGrid($"{title}: inputs over reconstructions", side, [.. pairs]));
            panels.Add(
                new TileGrid($"{title}: samples", side,
                    [.. ModelPanels.Tiles(model, model.Decode(model.SampleCodes(side * side, context.Options.Seed)))]));
        }, cancellationToken);
        return new Figure(
            "samples", $"{context.Sweep}: reconstructions and samples", panels,
            [.. ModelPanels.Notes(context, shown),
                $"Samples: mean images of codes from the model's own prior, seed {context.Options.Seed}, "
                    + "none picked."]) { Columns = panels.Count > 2 * MostBelowEachOther ? 4 : 2 };
    }

    private static IEnumerable<GreyImage?> Row(List<GreyImage> tiles, int row, int side) =>
        Enumerable.Range(row * side, side).Select(i => i < tiles.Count ? tiles[i] : null);
}
