using System.Threading.Channels;
using Akka.Actor;
using VaeSweep.Cluster.Actors;

namespace VaeSweep.Cluster;

/// <summary>One process's devices at work for a head: a worker for each, and what they share. It trains on while the head is
/// away, and tells it everything afterwards.</summary>
/// <remarks>Whoever knows the way to the head tells <see cref="Gateway"/> of it.</remarks>
public sealed class Node : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly IActorRef _actor;
    private readonly NodeScope _scope;

    private Node(NodeOptions options, string name)
    {
        _scope = new NodeScope(options, name);
        _system = options.System();
        _actor = _system.ActorOf(Props.Create(() => new NodeActor(_scope)), "node");
        _ = _system.WhenTerminated.ContinueWith(
            _ =>
            {
                _scope.Files?.Dispose();
                _scope.Events.Complete();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Unique among all nodes there ever are; its workers are named <c>node/device</c>.</summary>
    public string Name => _scope.Name;

    /// <summary>Ends when the node has left. Fails with <see cref="NodeFailedException"/> when no device can be used, or the
    /// head does not let it serve.</summary>
    public Task<RunOutcome> Completion => _scope.Completion.Task;

    /// <summary>To be told <see cref="Connected"/> and <see cref="Disconnected"/>; it takes what the head answers.</summary>
    internal IActorRef Gateway { get; private set; } = ActorRefs.Nobody;

    /// <summary>Of its actors; on no network.</summary>
    internal ActorSystem System => _system;

    /// <summary>Starts the workers and returns; how they fare comes as events.</summary>
    /// <exception cref="ArgumentException">An option has no sense, or the sweep to work on does not exist.</exception>
    public static async Task<Node> StartAsync(NodeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options is { ExitWhenDone: true, SweepFilter: { } filter, Survey: { } survey })
        {
            var names = (await survey(cancellationToken)).Select(one => one.Name).ToList();
            if (!names.Contains(filter, StringComparer.Ordinal))
            {
                var there = names.Count == 0 ? "none" : string.Join(", ", names);
                throw new ArgumentException($"There is no sweep '{filter}' at the head; it has: {there}.");
            }
        }

        var folder = Path.GetFullPath(options.ArtifactsFolder);
        options.Disk.CreateFolder(folder);
        var node = new Node(options with { ArtifactsFolder = folder }, options.Name ?? NodeIdentity.NewName());
        try
        {
            node.Gateway = await node._scope.Gateway.Task;
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Events from now on, in order, until the node has left. Nothing is dropped: read on.</summary>
    public ChannelReader<NodeEvent> Subscribe() => _scope.Events.Subscribe();

    /// <summary>Brings every trial to a checkpoint, gives it back, waits until the head has it all, and leaves. A head that is
    /// away is waited for 10 s longer than trainers are.</summary>
    /// <param name="graceful">False is <see cref="Abort"/>, waited for.</param>
    /// <returns>Ends with <see cref="Completion"/>, whatever its outcome.</returns>
    public async Task StopAsync(bool graceful = true)
    {
        if (graceful)
        {
            _actor.Tell(new Leave(RunOutcome.Stopped), ActorRefs.NoSender);
            await ((Task)Completion).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await _system.Terminate();
    }

    /// <summary>Leaves at once. What was training goes on at its last checkpoint, once the head knows that this node is gone or
    /// its lease has run out.</summary>
    public void Abort() => _ = _system.Terminate();

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
