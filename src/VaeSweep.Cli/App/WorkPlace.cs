using System.CommandLine;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Files;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>Where a command that trains has its trials from: the head of its store. Where no other process has the store, this
/// one becomes its head, and other commands can ask it meanwhile.</summary>
internal sealed class WorkPlace : IAsyncDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _left = new();
    private readonly CliHost _host;
    private readonly ILoggerFactory _logging;
    private Head? _head;
    private JoinedHead? _joined;
    private Task _following = Task.CompletedTask;

    private WorkPlace(CliHost host, ILoggerFactory logging) => (_host, _logging) = (host, logging);

    /// <summary>For what this command asks itself.</summary>
    public IStore Store { get; private set; } = null!;

    /// <summary>Folder of checkpoints and models of this process's node.</summary>
    public string Artifacts { get; private set; } = "";

    /// <summary>Is told what the head of this process has to say, from any thread.</summary>
    public Action<NodeEvent>? Hears { get; set; }

    /// <summary>Is told what a person should know of the head, from any thread.</summary>
    public Action<string>? Says { get; set; }

    /// <summary>What the head of this process says of itself.</summary>
    public HeadHealth Health { get; } = new();

    /// <summary>This process is the head: from the beginning, or since the one that it joined has ended.</summary>
    public bool IsHead => _head is not null;

    /// <param name="makes">The store is made when it is not there.</param>
    /// <param name="artifacts">What --artifacts says.</param>
    /// <exception cref="CliException">There is no store, or nobody answers for it.</exception>
    public static async Task<WorkPlace> OpenAsync(
        ParseResult parsed, CliHost host, bool makes, string? artifacts, CancellationToken cancellationToken)
    {
        var verbose = parsed.GetValue<bool>(CommonOptions.Verbose);
        var logging = LogLines.Factory(host.Say, host.Time, verbose ? LogLevel.Debug : LogLevel.Error);
        var place = new WorkPlace(host, logging);
        try
        {
            await place.OpenAsync(parsed, makes, artifacts, cancellationToken);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts this process's node and shows it the way to the head.</summary>
    public Task<Node> StartNodeAsync(NodeOptions options, CancellationToken cancellationToken) =>
        _head?.StartNodeAsync(options, cancellationToken) ?? _joined!.StartNodeAsync(options, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _following;
        if (_joined is not null)
        {
            await _joined.DisposeAsync();
            if (Store is not null)
                await Store.DisposeAsync();
        }

        if (_head is not null)
            await _head.DisposeAsync();
        _logging.Dispose();
        _left.Dispose();
    }

    private async Task OpenAsync(ParseResult parsed, bool makes, string? artifacts, CancellationToken cancellationToken)
    {
        var path = Stores.PathOf(parsed, _host);
        if (HeadWay.Named(parsed, _host) is { } named)
        {
            await JoinAsync(named, artifacts, path, cancellationToken);
            return;
        }

        if (!makes)
            Stores.DemandStore(parsed, _host);
        var folder = ArtifactsOption.Of(artifacts, path, _host);
        while (_head is null)
        {
            try
            {
                _head = await Head.StartAsync(Settings(path, folder, port: 0), cancellationToken);
            }
            catch (StoreInUseException held)
            {
                if (await HeadWay.OfAsync(held, path, _host, cancellationToken) is not { } way)
                    continue;
                await JoinAsync(way, artifacts, path, cancellationToken);
                if (way.Leaves is { } left)
                    _following = FollowAsync(way, left, path);
                return;
            }
        }

        Store = _head.Store;
        Artifacts = await ArtifactsFolder.OfAsync(Store, folder, cancellationToken);
    }

    private HeadSettings Settings(string path, string folder, int port) => new()
    {
        StorePath = path, ArtifactsFolder = folder, Port = port, Leaves = true, Product = CliVersion.Text,
        TimeProvider = _host.Time, LoggerFactory = _logging, OnEvent = Hear,
        FindData = OwnData.Folder(_host).Find,
    };

    private void Hear(NodeEvent told)
    {
        Health.Hear(told);
        Hears?.Invoke(told);
    }

    /// <summary>Becomes the head when the `run` that is it ends: of those that have joined it, who takes the lock first. It
    /// answers where the other did, so that nodes and commands, this process's own among them, find it as one that was started
    /// again.</summary>
    private async Task FollowAsync(HeadWay way, string folder, string path)
    {
        var port = HeadAddress.Parse(way.Address).Port;
        string? told = null;
        while (_head is null)
        {
            await Task.Delay(_look, _host.Time, _left.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_left.IsCancellationRequested)
                return;
            if (StoreLock.HeldBy(path) is not null)
                continue;
            try
            {
                _head = await Head.StartAsync(Settings(path, folder, port), _left.Token);
                Says?.Invoke($"the `run` that had {path} open has ended: this one is its head now");
            }
            catch (StoreInUseException)
            {
                // Another was faster.
            }
            catch (OperationCanceledException) when (_left.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (failed is StoreException or HeadFailedException)
            {
                // Its port may be free in a moment; nothing else is to be done here but to try.
                if (failed.Message != told)
                    Says?.Invoke(told = failed.Message);
            }
        }
    }

    private async Task JoinAsync(HeadWay way, string? artifacts, string path, CancellationToken cancellationToken)
    {
        Artifacts = ArtifactsOption.OfNode(artifacts, way, path, _host);
        _joined = new JoinedHead(way, _host, _logging) { Artifacts = Artifacts };
        Store = await way.OpenAsync(_host, _logging.CreateLogger("VaeSweep.Tls"), cancellationToken);
    }
}
