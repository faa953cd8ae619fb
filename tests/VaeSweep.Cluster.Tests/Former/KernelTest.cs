using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

/// <summary>A system on the thread pool with a clock that tests turn.</summary>
public abstract class KernelTest : IAsyncDisposable
{
    protected KernelTest()
    {
        System = ActorSystem.Create("test", new ActorSystemSetup { TimeProvider = Clock });
        Probe = new Probe(System);
    }

    protected FakeTimeProvider Clock { get; } = new();

    protected ActorSystem System { get; }

    protected Probe Probe { get; }

    public async ValueTask DisposeAsync()
    {
        await System.Terminate().WaitAsync(Probe.Patience);
        GC.SuppressFinalize(this);
    }

    /// <summary>An actor made of handlers alone.</summary>
    protected IActorRef Actor(Action<LooseActor> configure, string? name = null) => System.ActorOf(LooseActor.Props(configure), name);

    /// <summary>Waits until the actor has handled all that it was told before.</summary>
    protected static Task Handled(IActorRef actor) => actor.Ask<string>("ping", Probe.Patience);
}
