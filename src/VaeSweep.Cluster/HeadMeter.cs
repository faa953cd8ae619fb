using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace VaeSweep.Cluster;

/// <summary>What a head measures of its work, for whoever listens.</summary>
internal static class HeadMeter
{
    private static readonly Meter _meter = new("VaeSweep.Head");

    public static ActivitySource Steps { get; } = new("VaeSweep.Head");

    public static Counter<long> Granted { get; } = _meter.CreateCounter<long>(
        "vaesweep.head.granted", "{trial}", "Trials that were given to workers.");

    public static Histogram<double> StepTime { get; } = _meter.CreateHistogram<double>(
        "vaesweep.head.step.duration", "s", "Time of a step: what nodes have told is taken in, trials are given out, all kept.");

    public static Histogram<double> Acknowledged { get; } = _meter.CreateHistogram<double>(
        "vaesweep.head.ack.latency", "s", "From the moment at which a node's message comes until what it tells is kept.");

    public static Histogram<int> Waiting { get; } = _meter.CreateHistogram<int>(
        "vaesweep.head.step.events", "{event}", "Messages and timers that were taken in together by one step.");
}
