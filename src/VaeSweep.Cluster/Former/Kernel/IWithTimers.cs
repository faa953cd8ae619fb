namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An actor that sends itself messages later. The property is filled in before PreStart.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}
