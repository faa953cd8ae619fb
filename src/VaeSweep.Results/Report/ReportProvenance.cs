namespace VaeSweep.Results.Report;

/// <summary>One worker and what it trained with.</summary>
/// <param name="Trials">How many of the finished trials.</param>
/// <param name="Json">Library versions, processor, matrix kernels; null where none were recorded.</param>
public sealed record ReportProvenance(string Worker, string Device, long Trials, string? Json);
