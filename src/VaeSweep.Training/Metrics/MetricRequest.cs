using VaeSweep.Training.Data;

namespace VaeSweep.Training.Metrics;

/// <summary>One metric of a finished model.</summary>
/// <param name="Name">As in the sweep file.</param>
/// <param name="Split">Images that it is measured on.</param>
/// <param name="Samples">Importance samples of a log-likelihood; 0 for everything else.</param>
internal sealed record MetricRequest(string Name, MetricFormula Formula, SplitKind Split, int Samples);
