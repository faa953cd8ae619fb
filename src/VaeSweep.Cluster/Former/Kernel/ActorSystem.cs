using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A tree of actors in this process, under the guardian <c>/user</c>.</summary>
public sealed class ActorSystem : IActorRefFactory, IAsyncDisposable
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorPath _temp;
    private readonly LocalActorRef _guardian;
    private long _nextTemp;

    private ActorSystem(string name, ActorSystemSetup setup)
    {
        Name = name;
        TimeProvider = setup.TimeProvider;
        Dispatcher = setup.Dispatcher;
        Logger = setup.LoggerFactory.CreateLogger("VaeSweep.Actors");
        var root = new ActorPath(name);
        _temp = root / "temp";
        DeadLetters = new DeadLetterActorRef(this, root / "deadLetters");
        _guardian = new LocalActorRef(this, root / "user", Props.Create(() => new Guardian()), new RootActorRef(this, root));
        _guardian.SendSystem(new SystemMessage.Start());
    }

    public string Name { get; }

    public EventStream EventStream { get; } = new();

    public IActorRef DeadLetters { get; }

    public TimeProvider TimeProvider { get; }

    /// <summary>Completes when every actor has ended and its PostStop has run.</summary>
    public Task WhenTerminated => _terminated.Task;

    internal TaskScheduler Dispatcher { get; }

    internal ILogger Logger { get; }

    public static ActorSystem Create(string name, ActorSystemSetup? setup = null)
    {
        ActorPath.ValidateName(name);
        return new ActorSystem(name, setup ?? new ActorSystemSetup());
    }

    public IActorRef ActorOf(Props props, string? name = null) => _guardian.Cell.ActorOf(props, name);

    public void Stop(IActorRef actor) => ((InternalActorRef)actor).SendSystem(new SystemMessage.Stop());

    /// <summary>Stops all actors, children before parents.</summary>
    /// <returns>The same as <see cref="WhenTerminated"/>.</returns>
    public Task Terminate()
    {
        _guardian.SendSystem(new SystemMessage.Stop());
        return WhenTerminated;
    }

    public async ValueTask DisposeAsync() => await Terminate();

    /// <summary>Runs work beside the actors, on their dispatcher: for calls that may block, such as the store's. Pipe the result to an actor.</summary>
    public Task<T> RunDetached<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Dispatcher).Unwrap();

    internal ActorPath NextTempPath() => _temp / $"${Interlocked.Increment(ref _nextTemp)}";

    internal void GuardianFailed(Exception cause)
    {
        Log.SystemFailed(Logger, Name, cause);
        _guardian.SendSystem(new SystemMessage.Stop());
    }

    internal void GuardianDied() => _terminated.TrySetResult();

    private sealed class Guardian : ReceiveActor;
}
