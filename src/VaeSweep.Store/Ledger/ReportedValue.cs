namespace VaeSweep.Store;

/// <summary>A value of the metric that a search follows.</summary>
/// <param name="Trial">Its key.</param>
/// <param name="Value">NaN where the epoch has none.</param>
public readonly record struct ReportedValue(long Trial, int Epoch, double Value);
