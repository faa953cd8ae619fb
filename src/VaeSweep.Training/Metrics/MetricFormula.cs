using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Metrics;

/// <summary>How a metric of finished models is computed. A new one is a static property of this type in a file of its own, and a
/// line in <see cref="MetricList"/>.</summary>
/// <param name="Name"><see cref="Metric.Quantity"/> of its metrics.</param>
/// <param name="Of">Its value for each trial of the pack; null when all were told to stop meanwhile.</param>
internal sealed record MetricFormula(string Name, Func<FinishedPack, MetricRequest, double[]?> Of) : IKind
{
    /// <summary>Of which images it is, where the metric's name does not say so.</summary>
    public SplitKind Split { get; init; } = SplitKind.Train;

    /// <summary>The images that it is measured on.</summary>
    public Func<FinishedPack, SplitKind, ImageRows> Images { get; init; } = (pack, split) => pack.Images(split);

    /// <summary>It is made of the log-likelihood of each image, which are kept in a file.</summary>
    public bool Likelihood { get; init; }
}
