using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster;

/// <summary>A node's way to a head in another process, here or on another machine. It is tried for as long as the node
/// lives.</summary>
/// <param name="head">HOST:PORT, exactly as the head announces it.</param>
public sealed class NodeLine(string head, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(3);

    /// <summary>For each piece of a file.</summary>
    private static readonly TimeSpan _filePatience = TimeSpan.FromSeconds(30);

    private IActorRef _wire = ActorRefs.Nobody;

    /// <summary>What the head asks for on its own machine; empty where the key decides.</summary>
    public string Token { get; init; } = "";

    /// <summary>The head's key file; null where the head is on this machine and has none.</summary>
    public JoinFile? Key { get; init; }

    /// <summary>HOST:PORT that the head can reach the node at; null: found out.</summary>
    public string? Listen { get; init; }

    /// <summary>Starts a node that trains for the head, whether that is there or not.</summary>
    /// <param name="options">Its token is the head's.</param>
    public async Task<Node> StartNodeAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var route = new FileRoute();
        var files = new FileClient(route, Key, Token, _filePatience);
        var (folder, logger) = (Path.GetFullPath(options.ArtifactsFolder), loggers.CreateLogger("VaeSweep.Files"));
        var node = await Node.StartAsync(
            options with
            {
                Token = Token,
                Files = (name, cancelled) => NodeFiles.OpenAsync(files, folder, name, logger, time, cancelled),
            },
            cancellationToken);
        _wire = node.System.ActorOf(
            WireActor.Props(
                new WireOptions(head)
                {
                    Listen = Listen, Key = Key, Token = Token, Time = time, Logger = loggers.CreateLogger("VaeSweep.Wire"),
                    OnFiles = route.Set,
                },
                node.Gateway),
            "wire");
        return node;
    }

    /// <summary>Leaves the head's cluster; after the node has left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_wire.IsNobody())
        {
            await ((Task)_wire.GracefulStop(_endLimit, CloseWire.Instance)).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
