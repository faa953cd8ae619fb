using System.Diagnostics.Metrics;

namespace VaeSweep.Store;

/// <summary>What a store measures of itself, for whoever listens.</summary>
internal static class StoreMeter
{
    private static readonly Meter _meter = new("VaeSweep.Store");

    public static Histogram<double> Commits { get; } = _meter.CreateHistogram<double>(
        "vaesweep.store.commit.duration", "s", "Time until a commit is on the disk.");

    public static Counter<long> Epochs { get; } = _meter.CreateCounter<long>(
        "vaesweep.epochs.stored", "{epoch}", "Epochs that trials have reported and that are stored.");

    public static Counter<long> Failures { get; } = _meter.CreateCounter<long>(
        "vaesweep.store.commit.failures", "{commit}", "Commits that have failed.");
}
