using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former;
using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Former;

/// <summary>One process's part of the cluster: a worker for each of its devices, and what they share. Any number of nodes may work on one store.</summary>
public sealed class Node : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly IActorRef _actor;
    private readonly TaskCompletionSource<RunOutcome> _completion;

    private readonly string? _scratch;

    private Node(NodeOptions options, string name)
    {
        Name = name;
        _scratch = options.FilesInStore ? options.ArtifactsFolder : null;
        _completion = new TaskCompletionSource<RunOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _system = ActorSystem.Create("vaesweep", new ActorSystemSetup
        {
            TimeProvider = options.TimeProvider,
            LoggerFactory = options.LoggerFactory,
            Dispatcher = options.Dispatcher,
        });
        if (options.OnEvent is { } observer)
        {
            _system.EventStream.Subscribe(observer);
        }

        var store = new StoreClient(options.Store, _system, options.LoggerFactory.CreateLogger("VaeSweep.Store"), options.Seed);
        _actor = _system.ActorOf(Props.Create(() => new NodeActor(options, store, name, _completion)), "node");
    }

    /// <summary>Unique among all nodes there ever are; its workers are named <c>node/device</c>.</summary>
    public string Name { get; }

    /// <summary>Ends when the node has left. Fails with <see cref="NodeFailedException"/> when no device can be used.</summary>
    public Task<RunOutcome> Completion => _completion.Task;

    /// <summary>Starts the workers and returns; how they fare comes as events.</summary>
    /// <exception cref="ArgumentException">An option has no sense, or the sweep to work on does not exist.</exception>
    /// <exception cref="VaeSweep.Store.StoreException">The store cannot be used.</exception>
    public static async Task<Node> StartAsync(NodeOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (options.ExitWhenDone && options.SweepFilter is { } sweep && await options.Store.GetSweepAsync(sweep, cancellationToken) is null)
        {
            var sweeps = await options.Store.ListSweepsAsync(cancellationToken);
            throw new ArgumentException(
                $"there is no sweep '{sweep}' in {options.Store.Location}; it holds: {(sweeps.Count == 0 ? "none" : string.Join(", ", sweeps.Select(s => s.Name)))}");
        }

        var name = options.Name ?? NodeIdentity.NewName();
        var folder = Path.GetFullPath(options.ArtifactsFolder);
        if (options.FilesInStore)
        {
            folder = Scratch.Create(folder, name);
        }
        else
        {
            folder = await ArtifactsFolder.OfAsync(options.Store, folder, cancellationToken);
            options.Disk.CreateFolder(folder);
        }

        return new Node(options with { ArtifactsFolder = folder }, name);
    }

    /// <summary>Events from now on, in order, until the node has left. Nothing is dropped: read on.</summary>
    public ChannelReader<NodeEvent> Subscribe()
    {
        var events = Channel.CreateUnbounded<NodeEvent>();
        var subscription = _system.EventStream.Subscribe<NodeEvent>(e => events.Writer.TryWrite(e));
        _ = _system.WhenTerminated.ContinueWith(
            _ =>
            {
                subscription.Dispose();
                events.Writer.TryComplete();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return events.Reader;
    }

    /// <summary>Says that work was just submitted by this process, so that idle workers need not wait for their next look.</summary>
    public void Wake() => _actor.Tell(new NodeActor.WakeUp(), sender: null);

    /// <summary>Brings every trial to a checkpoint, releases it, flushes the reports and leaves.</summary>
    /// <param name="graceful">False is <see cref="Abort"/>, waited for.</param>
    /// <returns>Ends with <see cref="Completion"/>, whatever its outcome.</returns>
    public async Task StopAsync(bool graceful = true)
    {
        if (graceful)
        {
            _actor.Tell(new NodeActor.Leave(RunOutcome.Stopped), sender: null);
            await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await _system.Terminate();
    }

    /// <summary>Leaves at once. What was training goes on at its last checkpoint, once the leases have run out or a node on this machine finds this one gone.</summary>
    public void Abort() => _ = _system.Terminate();

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        if (_scratch is not null)
        {
            Scratch.Delete(_scratch);
        }
    }
}
