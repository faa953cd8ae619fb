namespace VaeSweep.Results.Figures;

/// <summary>Test images where their codes are, coloured by class: two dimensions as they are, more by their two principal
/// components.</summary>
public static class LatentScatter
{
    private const int Shown = 2000;

    private const string Projection =
        "PCA: the two directions of largest variance of the codes, with the share of the variance that each holds.";

    public static FigureKind Kind { get; } = new(
        "latents", "codes of test images by class, in two dimensions or by PCA, a panel a stochastic layer (Bettencourt and "
            + "Craddock, figure 4.2b)", BuildAsync)
    {
        NeedsModel = true, InReport = _ => true,
    };

    /// <summary>One draw of q an image in place of its mean, every layer given the draws of those it is inferred from.</summary>
    public static FigureKind Samples { get; } = new(
        "latent-samples", "samples of every stochastic layer given test images, by class, in two dimensions or by PCA (Sønderby "
            + "et al. 2016, figure 6)", BuildSamplesAsync)
    {
        NeedsModel = true,
    };

    private static Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken) =>
        BuildAsync(context, Kind.Name, "codes of test images", "the posterior's mean", (model, images) => model.Encode(images),
            cancellationToken);

    private static Task<Figure> BuildSamplesAsync(FigureContext context, CancellationToken cancellationToken) => BuildAsync(
        context, Samples.Name, "samples of each layer given test images", "one sample of the posterior",
        (model, images) => model.EncodeSamples(images, context.Options.Seed), cancellationToken);

    private static async Task<Figure> BuildAsync(
        FigureContext context, string name, string title, string point,
        Func<ITrainedModel, float[], IReadOnlyList<float[]>> encode, CancellationToken cancellationToken)
    {
        var count = context.Options.Images > 0 ? context.Options.Images : Shown;
        var panels = new List<Panel>();
        var (images, projected, labelled) = (0, false, true);
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, _, heading) =>
        {
            var test = model.Images(count);
            images = Math.Max(images, test.Count);
            labelled &= test.Labels is not null;
            var codes = encode(model, test.Pixels);
            for (var layer = 0; layer < codes.Count; layer++)
            {
                if (context.Options.Layer != 0 && context.Options.Layer != layer + 1)
                    continue;

                var units = model.LatentSizes[layer];
                projected |= units > 2;
                panels.Add(Panel(codes.Count > 1 ? $"{heading}, layer {layer + 1}" : heading, codes[layer], units, test));
            }
        }, cancellationToken);
        return new Figure(
            name, $"{context.Sweep}: {title}", panels,
            [
                .. ModelPanels.Notes(context, shown),
                $"{images} test images, a point each: {point}{(labelled ? ", coloured by class" : "")}."
                    + (projected ? $" {Projection}" : ""),
            ])
        {
            LegendTitle = labelled ? "class" : "",
        };
    }

    private static Chart Panel(string title, float[] codes, int units, TestImages test)
    {
        var (x, y, xAxis, yAxis) = units switch
        {
            1 => (Column(codes, 1, 0), new double[test.Count], new ChartAxis("z"), new ChartAxis("")),
            2 => (Column(codes, 2, 0), Column(codes, 2, 1), new ChartAxis("z1"), new ChartAxis("z2")),
            _ => Principal(codes, units),
        };
        var classes = test.Labels?.Distinct().Order().ToList() ?? [0];
        var marks = classes.Select((label, i) =>
        {
            var of = Enumerable.Range(0, test.Count).Where(k => test.Labels is null || test.Labels[k] == label).ToList();
            return new PointMark(test.Labels is null
                ? "" : $"{label}", Palette.Of(i, classes.Count, ordered: false), [.. of.Select(k => x[k])],
                [.. of.Select(k => y[k])]) { Radius = 1.5, Opacity = 0.6 };
        });
        return new Chart(title, xAxis, yAxis, [.. marks]) { Aspect = 1.1 };
    }

    private static double[] Column(float[] codes, int units, int unit) =>
        [.. Enumerable.Range(0, codes.Length / units).Select(i => (double)codes[(i * units) + unit])];

    private static (double[] X, double[] Y, ChartAxis XAxis, ChartAxis YAxis) Principal(float[] codes, int units)
    {
        var found = PrincipalComponents.Of(codes, units, 2);
        ChartAxis Axis(int k) => new($"PC {k + 1}", $"{100 * found.Shares[k]:F0} % of variance");
        return (found.Coordinates[0], found.Coordinates[1], Axis(0), Axis(1));
    }
}
