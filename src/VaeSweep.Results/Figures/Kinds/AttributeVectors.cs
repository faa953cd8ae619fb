namespace VaeSweep.Results.Figures;

/// <summary>Test images with an attribute's vector subtracted from and added to their codes.</summary>
/// <remarks>The attributes are measured on the images, so that every data set has them.</remarks>
public static class AttributeVectors
{
    private const int Measured = 2000;
    private static readonly double[] Scales = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];

    private static readonly (string Name, Func<ImageMoments, double> Of)[] Attributes =
    [
        ("more ink", m => m.Mass), ("leaning right", m => -m.Covariance), ("wider", m => m.Width),
    ];

    public static FigureKind Kind { get; } = new("attributes", "test images with attribute vectors (ink, slant, width) subtracted from and added to their codes", BuildAsync) { NeedsModel = true };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var panels = new List<Panel>();
        var measured = 0;
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, _, title) =>
        {
            var test = model.Images(Measured);
            measured = Math.Max(measured, test.Count);
            var codes = model.Encode(test.Pixels);
            var size = model.ImageWidth * model.ImageHeight;
            var moments = Enumerable.Range(0, test.Count).Select(i => ImageMoments.Of(test.Pixels.AsSpan(i * size, size), model.ImageWidth)).ToList();
            var bases = test.Varied(Math.Max(1, context.Options.Images > 0 ? context.Options.Images : 2));
            var tiles = new List<GreyImage?>();
            var labels = new List<string>();
            foreach (var (name, of) in Attributes)
            {
                // The quarter with most of it against the quarter with least.
                var order = Enumerable.Range(0, test.Count).OrderBy(i => of(moments[i])).ToList();
                var quarter = Math.Max(1, order.Count / 4);
                var vectors = codes.Select((layer, l) => Mean(layer, model.LatentSizes[l], order.TakeLast(quarter)).Zip(Mean(layer, model.LatentSizes[l], order.Take(quarter)), (a, b) => a - b).ToArray()).ToList();
                foreach (var image in bases)
                {
                    var moved = codes.Select((layer, l) => ModelPanels.Rows(Scales.Length, model.LatentSizes[l], (row, unit) => layer[(image * model.LatentSizes[l]) + unit] + (Scales[row] * vectors[l][unit]))).ToList();
                    tiles.Add(GreyImage.Of(test.Pixels.AsSpan(image * size, size), model.ImageWidth, model.ImageHeight));
                    tiles.AddRange(ModelPanels.Tiles(model, model.Decode(moved)));
                    labels.Add(image == bases[0] ? name : "");
                }
            }

            panels.Add(new TileGrid(title, Scales.Length + 1, tiles) { RowLabels = labels, ColumnLabels = ["input", .. Scales.Select(s => s.ToString("+0.#;-0.#;0", System.Globalization.CultureInfo.InvariantCulture))] });
        }, cancellationToken);
        return new Figure(
            "attributes", $"{context.Sweep}: attribute vectors", panels,
            [
                .. ModelPanels.Notes(context, shown),
                $"An attribute's vector: mean code of the quarter of {measured} test images with most of it minus that of the quarter with least; numbers above the columns: how often it is added. Slant and width: second moments of the ink.",
            ]) { Columns = panels.Count == 1 ? 1 : 2 };
    }

    private static double[] Mean(float[] codes, int units, IEnumerable<int> images)
    {
        var (sums, n) = (new double[units], 0);
        foreach (var image in images)
        {
            n++;
            for (var unit = 0; unit < units; unit++)
            {
                sums[unit] += codes[(image * units) + unit];
            }
        }

        return Array.ConvertAll(sums, s => s / n);
    }
}
