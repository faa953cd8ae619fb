using System.Globalization;
using VaeSweep.Results.Imaging;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>Test images with an attribute's vector subtracted from and added to their codes.</summary>
/// <remarks>An attribute is a class, or is measured on the images, so that data sets without classes have some too.</remarks>
public static class AttributeVectors
{
    private const int Encoded = 2000;
    private static readonly double[] _scales = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];

    private static readonly (string Name, string Shown, Func<ImageMoments, double> Of)[] _measured =
    [
        ("ink", "more ink", m => m.Mass), ("slant", "leaning right", m => -m.Covariance), ("width", "wider", m => m.Width),
    ];

    public static FigureKind Kind { get; } = new(
        "attributes", "test images with attribute vectors (classes, ink, slant, width) subtracted from and added to their codes",
        BuildAsync) { NeedsModel = true, InReport = _ => true };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var panels = new List<Panel>();
        var encoded = 0;
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, _, title) =>
        {
            var test = model.Images(Encoded);
            encoded = Math.Max(encoded, test.Count);
            var codes = model.Encode(test.Pixels);
            var tiles = new List<GreyImage?>();
            var labels = new List<string>();
            foreach (var attribute in Attributes(context, model, test, codes))
            {
                foreach (var image in attribute.Images)
                {
                    var moved = codes.Select((layer, l) =>
                        ModelPanels.Rows(_scales.Length, model.LatentSizes[l],
                            (row, unit) => layer[(image * model.LatentSizes[l]) + unit]
                                + (_scales[row] * attribute.Vectors[l][unit]))).ToList();
                    tiles.AddRange(ModelPanels.Tiles(model, test.Of([image])));
                    tiles.AddRange(ModelPanels.Tiles(model, model.Decode(moved)));
                    labels.Add(image == attribute.Images[0] ? attribute.Shown : "");
                }
            }

            panels.Add(
                new TileGrid(title, _scales.Length + 1, tiles) { RowLabels = labels,
                    ColumnLabels = ["input", .. _scales.Select(s => s.ToString("+0.#;-0.#;0", CultureInfo.InvariantCulture))] });
        }, cancellationToken);
        return new Figure(
            "attributes", $"{context.Sweep}: attribute vectors", panels,
            [
                .. ModelPanels.Notes(context, shown),
                "An attribute's vector: of classes, the mean code of the one minus that of the other; else the mean code of the "
                    + $"quarter of images with most of it minus that of the quarter with least. From {encoded} test images; "
                    + "numbers above the columns: how often it is added. Slant and width: second moments of the ink.",
            ]) { Columns = panels.Count == 1 ? 1 : 2 };
    }

    private static IEnumerable<Attribute> Attributes(
        FigureContext context, ITrainedModel model, TestImages test, IReadOnlyList<float[]> codes)
    {
        var size = model.ImageWidth * model.ImageHeight;
        var moments = Enumerable.Range(0, test.Count)
            .Select(i => ImageMoments.Of(test.Pixels.AsSpan(i * size, size), model.ImageWidth)).ToList();
        var count = context.Options.Images > 0 ? context.Options.Images : 2;
        foreach (var name in context.Options.Attributes
            ?? [.. test.Labels is null ? [] : (string[])[Nearest(test, codes[^1], model.LatentSizes[^1])],
                .. _measured.Select(m => m.Name)])
        {
            if (_measured.FirstOrDefault(m => m.Name == name) is { Of: { } of } measured)
            {
                var order = Enumerable.Range(0, test.Count).OrderBy(i => of(moments[i])).ToList();
                var quarter = Math.Max(1, order.Count / 4);
                yield return new Attribute(measured.Shown, test.Varied(count),
                    [.. codes.Select((layer, l) =>
                        LatentDirection.Of(layer, model.LatentSizes[l], order.TakeLast(quarter), order.Take(quarter)))]);
                continue;
            }

            var (with, without) = char.IsAsciiDigit(name[0])
                ? LatentDirection.ParseClasses(name, test.Labels) : throw new ResultsException(
                $"there is no attribute '{name}'.{NearestName.Suggest(name, _measured.Select(m => m.Name))} "
                    + $"Known: {string.Join(", ", _measured.Select(m => m.Name))}, and classes of the data set: 7 or 7-1.");
            var start = Enumerable.Range(0, test.Count)
                .Where(i => without is { } other ? test.Labels![i] == other : test.Labels![i] != with).Take(count).ToList();
            yield return new Attribute(
                without is { } from ? $"{from} to {with}" : $"to {with}", start,
                [.. codes.Select((layer, l) =>
                    LatentDirection.OfClass(layer, model.LatentSizes[l], test.Labels!, with, without))]);
        }
    }

    // Classes that a model tells apart least are the ones whose difference is the most telling to look at.
    private static string Nearest(TestImages test, float[] codes, int units)
    {
        var classes = test.Labels!.Distinct().Order().ToList();
        return (
            from first in classes
            from second in classes
            where first > second
            orderby LatentDirection.OfClass(codes, units, test.Labels!, first, second).Sum(d => (double)d * d)
            select $"{first}-{second}").FirstOrDefault() ?? classes[0].ToString(CultureInfo.InvariantCulture);
    }

    /// <param name="Images">Test images that it is shown on.</param>
    /// <param name="Vectors">One for each stochastic layer.</param>
    private sealed record Attribute(string Shown, IReadOnlyList<int> Images, IReadOnlyList<float[]> Vectors);
}
