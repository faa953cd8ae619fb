using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>The KL terms of a draw, in the forms that bounds need.</summary>
internal static class LatentCost
{
    /// <summary>KL of all layers, averaged over samples and images, [M]: in closed form where there is one.</summary>
    public static Tensor MeanKl(LatentSample sample) => Sum(sample.Layers.Select(MeanKl));

    /// <summary>KL of one layer, averaged over samples and images, [M]: in closed form where there is one.</summary>
    public static Tensor MeanKl(LayerTerms layer) => fused.row_mean(layer.KlUnits ?? layer.LogRatio!);

    /// <summary>KL of all layers for each image, averaged over its samples, [M, B].</summary>
    public static Tensor KlOfImages(LatentSample sample) => Sum(sample.Layers.Select(layer =>
    {
        var rows = layer.KlUnits is { } units ? units.sum([2]) : layer.LogRatio!;
        return OverSamples(rows, sample.Batch);
    }));

    /// <summary>KL of each unit of a layer, averaged over images and samples, [M, Z]; null where units do not part.</summary>
    public static Tensor? MeanKlUnits(LayerTerms layer) => layer.KlUnits?.mean([1]);

    /// <summary>log q - log p of all layers at the samples, [M, K*B].</summary>
    public static Tensor LogRatio(LatentSample sample) => Sum(sample.Layers.Select(layer => layer.LogRatio
        ?? throw new InvalidOperationException("log q - log p was not asked for when the latent layers were drawn.")));

    /// <summary>[M, R] of R = B or K*B rows to [M, B], averaged over samples.</summary>
    private static Tensor OverSamples(Tensor rows, int batch) => rows.size(1) == batch
        ? rows
        : Samples.Split(rows, (int)rows.size(1) / batch).mean([1]);

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((a, b) => a + b);
}
