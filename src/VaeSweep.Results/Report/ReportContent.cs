using VaeSweep.Results.Figures;
using VaeSweep.Store;

namespace VaeSweep.Results.Report;

/// <summary>What a report shows.</summary>
/// <param name="Table">The comparison, as HTML.</param>
/// <param name="Skipped">Figures that do not apply, and why.</param>
/// <param name="Columns">Of <paramref name="Trials"/>.</param>
/// <param name="Trials">One row a trial: texts and numbers.</param>
/// <param name="TrialsTotal">How many trials there are, should <paramref name="Trials"/> hold the first ones alone.</param>
/// <param name="Failures">The first failed trials.</param>
/// <param name="Provenance">What trained the finished trials.</param>
public sealed record ReportContent(
    SweepStatus Sweep, string Description, string Version, DateTimeOffset Generated, string Table, IReadOnlyList<Figure> Figures,
    IReadOnlyList<(string Kind, string Reason)> Skipped, IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<object?>> Trials, long TrialsTotal,
    IReadOnlyList<ReportFailure> Failures, IReadOnlyList<ReportProvenance> Provenance);
