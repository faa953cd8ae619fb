using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <param name="Attempt">Ordinal of the attempt that reported it.</param>
public readonly record struct StoredReport(long Trial, int Attempt, EpochReport Report);
