using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>Test images and below them what each model makes of their codes.</summary>
public static class Reconstructions
{
    private const int Shown = 12;

    public static FigureKind Kind { get; } = new(
        "reconstructions", "test images and each model's reconstructions below them (Bettencourt and Craddock, figure 4.2a)",
        BuildAsync) { NeedsModel = true, InReport = _ => true };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var count = context.Options.Images > 0 ? context.Options.Images : Shown;
        var datasets = new Dictionary<string, (List<GreyImage?> Tiles, List<string> Rows)>(StringComparer.Ordinal);
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, _, title) =>
        {
            var test = model.Images(500);
            var inputs = test.Of(test.Varied(count));
            if (!datasets.TryGetValue(test.Dataset, out var grid))
                datasets.Add(test.Dataset, grid = ([.. Padded(ModelPanels.Tiles(model, inputs), count)], ["input"]));

            grid.Tiles.AddRange(Padded(ModelPanels.Tiles(model, model.Decode(model.Encode(inputs))), count));
            grid.Rows.Add(title);
        }, cancellationToken);
        return new Figure(
            "reconstructions", $"{context.Sweep}: reconstructions",
            [.. datasets.Select(d =>
                new TileGrid(datasets.Count > 1 ? d.Key : "", count, d.Value.Tiles) { RowLabels = d.Value.Rows })],
            [.. ModelPanels.Notes(context, shown), "Mean images of the posterior's mean; inputs as the model was measured on "
                + "them, the first of each class where there are classes."]) { Columns = 1 };
    }

    private static IEnumerable<GreyImage?> Padded(IEnumerable<GreyImage> tiles, int count)
    {
        var given = tiles.ToList();
        return given.Cast<GreyImage?>().Concat(Enumerable.Repeat<GreyImage?>(null, Math.Max(0, count - given.Count)));
    }
}
