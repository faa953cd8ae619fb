using Microsoft.Extensions.Logging;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>A head in another process that this one's node trains for. It need not be there: the node waits for it.</summary>
internal sealed class JoinedHead(HeadWay way, CliHost host, ILoggerFactory logging) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private RemoteStore? _store;
    private NodeLine? _line;

    /// <summary>Where the head can reach this node; null: found out.</summary>
    public string? Listen { get; init; }

    /// <summary>Folder for checkpoints and models on their way to a head that does not see this machine's.</summary>
    public required string Artifacts { get; init; }

    /// <summary>Starts the node and shows it the way.</summary>
    /// <param name="options">Without folder and token.</param>
    public async Task<Node> StartNodeAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        _line = new NodeLine(way.Address, host.Time, logging) { Token = way.Token ?? "", Key = way.Key, Listen = Listen };
        return await _line.StartNodeAsync(options with { ArtifactsFolder = Artifacts }, cancellationToken);
    }

    /// <summary>How the sweeps stand, asked over one connection that is made when it is wanted first.</summary>
    public async Task<IReadOnlyList<SweepStatus>> SurveyAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            _store ??= await way.OpenAsync(host, logging.CreateLogger("VaeSweep.Tls"), cancellationToken);
            return await _store.ListSweepsAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_line is not null)
            await _line.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        _one.Dispose();
    }
}
