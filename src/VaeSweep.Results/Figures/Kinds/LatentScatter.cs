using MathNet.Numerics.LinearAlgebra;

namespace VaeSweep.Results.Figures;

/// <summary>Test images where their codes are, coloured by class: two dimensions as they are, more by their two principal components.</summary>
public static class LatentScatter
{
    private const int Shown = 2000;

    public static FigureKind Kind { get; } = new(
        "latents", "codes of test images by class, in two dimensions or by PCA, a panel a stochastic layer (Bettencourt and Craddock, figure 4.2b; Sønderby et al. 2016, figure 6)", BuildAsync)
    {
        NeedsModel = true, InReport = _ => true,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var count = context.Options.Images > 0 ? context.Options.Images : Shown;
        var panels = new List<Panel>();
        var (images, projected, labelled) = (0, false, true);
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, _, title) =>
        {
            var test = model.Images(count);
            images = Math.Max(images, test.Count);
            labelled &= test.Labels is not null;
            var codes = model.Encode(test.Pixels);
            for (var layer = 0; layer < codes.Count; layer++)
            {
                if (context.Options.Layer != 0 && context.Options.Layer != layer + 1)
                {
                    continue;
                }

                var units = model.LatentSizes[layer];
                projected |= units > 2;
                panels.Add(Panel(codes.Count > 1 ? $"{title}, layer {layer + 1}" : title, codes[layer], units, test));
            }
        }, cancellationToken);
        return new Figure(
            "latents", $"{context.Sweep}: codes of test images", panels,
            [
                .. ModelPanels.Notes(context, shown),
                $"{images} test images, a point each: the posterior's mean{(labelled ? ", coloured by class" : "")}.{(projected ? " PCA: the two directions of largest variance of the codes, with the share of the variance that each holds." : "")}",
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
            return new PointMark(test.Labels is null ? "" : $"{label}", Palette.Of(i, classes.Count, ordered: false), [.. of.Select(k => x[k])], [.. of.Select(k => y[k])]) { Radius = 1.5, Opacity = 0.6 };
        });
        return new Chart(title, xAxis, yAxis, [.. marks]) { Aspect = 1.1 };
    }

    private static double[] Column(float[] codes, int units, int unit) => [.. Enumerable.Range(0, codes.Length / units).Select(i => (double)codes[(i * units) + unit])];

    private static (double[] X, double[] Y, ChartAxis XAxis, ChartAxis YAxis) Principal(float[] codes, int units)
    {
        var rows = codes.Length / units;
        var data = Matrix<double>.Build.Dense(rows, units, (i, j) => codes[(i * units) + j]);
        var means = data.ColumnSums() / rows;
        data.MapIndexedInplace((_, j, v) => v - means[j]);
        var evd = (data.TransposeThisAndMultiply(data) / Math.Max(1, rows - 1)).Evd(Symmetricity.Symmetric);
        var total = evd.EigenValues.Sum(v => Math.Max(0, v.Real));
        var order = Enumerable.Range(0, units).OrderByDescending(i => evd.EigenValues[i].Real).Take(2).ToArray();
        var axes = order.Select((i, k) =>
        {
            var vector = evd.EigenVectors.Column(i);
            // An eigenvector's sign is arbitrary: the largest component positive makes figures repeatable.
            var sign = Math.Sign(vector[vector.AbsoluteMaximumIndex()]);
            var share = total > 0 ? 100 * evd.EigenValues[i].Real / total : 0;
            return ((data * vector * sign).ToArray(), new ChartAxis($"PC {k + 1}", $"{share:F0} % of variance"));
        }).ToArray();
        return (axes[0].Item1, axes[1].Item1, axes[0].Item2, axes[1].Item2);
    }
}
