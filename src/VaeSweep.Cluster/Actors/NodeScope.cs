using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Files;

namespace VaeSweep.Cluster.Actors;

/// <summary>What the actors of one node share.</summary>
internal sealed class NodeScope(NodeOptions options, string name)
{
    private readonly SemaphoreSlim _opensFiles = new(1);

    public NodeOptions Options { get; } = options;

    public string Name { get; } = name;

    public EventHub Events { get; } = new(options.OnEvent);

    public SteadyClock Clock { get; } = new(options.TimeProvider);

    /// <summary>Shut while the outbox is full: trainers are read no further.</summary>
    public Gate Room { get; } = new();

    public TaskCompletionSource<IActorRef> Gateway { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<RunOutcome> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where attempts' files go; null before the first has begun, and in the head's own process.</summary>
    public NodeFiles? Files { get; private set; }

    /// <summary>Waits until it is known where files go.</summary>
    public async Task<NodeFiles?> FilesAsync(CancellationToken cancellationToken)
    {
        if (Options.Files is not { } open)
            return null;
        await _opensFiles.WaitAsync(cancellationToken);
        try
        {
            return Files ??= await open(Name, cancellationToken);
        }
        finally
        {
            _opensFiles.Release();
        }
    }

    public ILogger Logger(string category) => Options.LoggerFactory.CreateLogger(category);

    /// <summary>Begins work that no mailbox waits for, and tells an actor what came of it.</summary>
    public void Beside<T>(Func<Task<T>> work, IActorRef told, Func<T, object> success, Func<Exception, object> failure)
    {
        var begun = Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Options.Dispatcher).Unwrap();
        // Where it began, it is told of: simulations run nothing elsewhere.
        _ = begun.PipeTo(told, useConfigureAwait: true, ActorRefs.NoSender, success, failure);
    }
}
