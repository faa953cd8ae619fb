using VaeSweep.Models.Evaluation;
using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Metrics.CodeMetrics))]

namespace VaeSweep.Training.Metrics;

/// <summary>Metrics of what latent codes say of images.</summary>
internal static class CodeMetrics
{
    /// <summary>I(X;Z) under q.</summary>
    public static MetricFormula Information { get; } = new("mi", (pack, metric) =>
    {
        using var images = pack.Batches(pack.Images(metric.Split));
        return CodeMeter.Information(pack.Model, images, pack.Streams(metric.Split), pack.Abandoned);
    });

    /// <summary>As the IWAE's published code counts them.</summary>
    public static MetricFormula ActiveUnitsIwaeCode { get; } = new("active_units_iwae_code", (pack, metric) =>
    {
        using var images = pack.Batches(FirstImages(pack));
        return CodeMeter.Active(pack.Model, images, ActiveUnits.BurdaCode, pack.Streams(metric.Split), pack.Abandoned);
    })
    {
        Images = (pack, _) => FirstImages(pack),
    };

    // Binarised as no epoch saw them.
    private static Data.ImageRows FirstImages(FinishedPack pack) => pack.NewTrainingImages()
        .First(Math.Min(ActiveUnits.BurdaCode.FirstImages ?? pack.Dataset.Train.Count, pack.Dataset.Train.Count));
}
