using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

/// <summary>Opens an actor's insides to the test that configures it. Answers "ping" with "pong" and throws exceptions it is sent.</summary>
public sealed class LooseActor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private LooseActor(Action<LooseActor> configure)
    {
        configure(this);
        Receive<string>(_ => Sender.Tell("pong"), message => message == "ping");
        Receive<Exception>(e => throw e);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    public new IActorContext Context => base.Context;

    public new IActorRef Self => base.Self;

    public new IActorRef Sender => base.Sender;

    public Action? OnPreStart { get; set; }

    public Action? OnPostStop { get; set; }

    public Action<Exception, object?>? OnPreRestart { get; set; }

    public Action<Exception>? OnPostRestart { get; set; }

    public SupervisorStrategy? Strategy { get; set; }

    public static Props Props(Action<LooseActor> configure) => Cluster.Former.Kernel.Props.Create(() => new LooseActor(configure));

    public void On<T>(Action<T> handler) => Receive(handler);

    public void OnAsync<T>(Func<T, Task> handler) => ReceiveAsync(handler);

    public void Switch(Action configure) => Become(configure);

    public void Push(Action configure) => BecomeStacked(configure);

    public void Pop() => UnbecomeStacked();

    protected internal override void PreStart() => OnPreStart?.Invoke();

    protected internal override void PostStop() => OnPostStop?.Invoke();

    protected internal override void PreRestart(Exception reason, object? message)
    {
        OnPreRestart?.Invoke(reason, message);
        base.PreRestart(reason, message);
    }

    protected internal override void PostRestart(Exception reason)
    {
        OnPostRestart?.Invoke(reason);
        base.PostRestart(reason);
    }

    protected internal override SupervisorStrategy SupervisorStrategy() => Strategy ?? base.SupervisorStrategy();
}
