namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Messages to oneself at later times, by key: starting a key again replaces its timer. A cancelled or replaced timer delivers nothing more,
/// not even what is already in the mailbox. All end with the actor instance.</summary>
public interface ITimerScheduler
{
    void StartSingleTimer(object key, object message, TimeSpan timeout);

    void StartPeriodicTimer(object key, object message, TimeSpan interval);

    void StartPeriodicTimer(object key, object message, TimeSpan initialDelay, TimeSpan interval);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}
