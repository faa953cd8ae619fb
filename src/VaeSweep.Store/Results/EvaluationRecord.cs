namespace VaeSweep.Store;

/// <summary>One thing that was measured of one finished model.</summary>
/// <param name="Value">NaN when it was not a number.</param>
/// <param name="Samples">Importance samples; 1 where that has no meaning.</param>
/// <param name="Images">How many images it was measured on.</param>
/// <param name="File">NumPy file with the value of each image, nats; null where none was kept.</param>
public sealed record EvaluationRecord(
    string Sweep, string Trial, long Seed, long Point, bool Wanted, string Metric, double Value, int Samples, int Images,
    string? File);
