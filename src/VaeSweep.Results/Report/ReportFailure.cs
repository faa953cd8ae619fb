namespace VaeSweep.Results.Report;

/// <summary>A trial that failed, and why.</summary>
public sealed record ReportFailure(string Trial, long Seed, long Attempts, string Class, string Reason);
