using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using Directive = Akka.Actor.Directive;

namespace VaeSweep.Cluster;

/// <summary>The one process that has a store open: nodes get their trials from it and tell it what became of them, and commands
/// ask it.</summary>
public sealed class Head : IAsyncDisposable
{
    private const int TokenBytes = 32;
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _leavesWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _tidyLimit = TimeSpan.FromSeconds(10);

    private readonly HeadSettings _settings;
    private readonly LedgerStore _store;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly List<IActorRef> _served = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IActorRef> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorSystem? _system;
    private IActorRef _coordinator = ActorRefs.Nobody;
    private IActorRef _housekeeper = ActorRefs.Nobody;
    private CommandDesk? _desk;
    private FileServer? _files;
    private bool _hasFailed;
    private Task? _end;

    private Head(HeadSettings settings, LedgerStore store)
    {
        (_settings, _store) = (settings, store);
        _logger = settings.LoggerFactory.CreateLogger("VaeSweep.Head");
        // Nodes outlive their head, and show the next one what opened this.
        Token = (settings.StorePath is { } path ? StoreOwner.TokenOf(path) : null)
            ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
    }

    /// <summary>For commands in this process. It is the head's, which closes it.</summary>
    public IStore Store => _store;

    /// <summary>HOST:PORT that it answers at.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What a node or a command must say to be answered.</summary>
    public string Token { get; }

    /// <summary>Ends with the head: by <see cref="DisposeAsync"/>, or with <see cref="HeadFailedException"/>.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What lets workers and commands of other machines in; null of a head of this machine alone.</summary>
    public HeadKeys? Keys { get; private set; }

    /// <summary>Where it takes and gives files of nodes that do not share its folder; 0 where it sees no files.</summary>
    public int FilesPort => _files?.Port ?? 0;

    internal ActorSystem System => _system ?? throw new InvalidOperationException("The head was not started.");

    internal IActorRef Coordinator => _coordinator;

    /// <summary>Opens the store and returns once nodes and commands are answered.</summary>
    /// <exception cref="StoreInUseException">Another process has the store open; the message says which.</exception>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    /// <exception cref="HeadFailedException">The head cannot listen where it was told to, or has failed.</exception>
    public static async Task<Head> StartAsync(HeadSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var began = settings.TimeProvider.GetTimestamp();
        var logger = settings.LoggerFactory.CreateLogger("VaeSweep.Store");
        var trouble = new StoreTrouble(settings.TimeProvider, logger, settings.OnEvent);
        var log = settings.Store is null ? LogOf(settings, trouble) : null;
        var head = new Head(settings, settings.Store ?? new LedgerStore(
            log!, settings.TimeProvider, new StoreOptions { ArtifactsFolder = settings.ArtifactsFolder }, TaskScheduler.Default));
        try
        {
            // Each takes some tenths of a second: the one beside the other.
            var opened = head._store.MigrateAsync(cancellationToken);
            if (settings.HasKey)
            {
                // Keys are made by who has the store, so that they are made once.
                await opened;
                head.Keys = HeadKeys.LoadOrMake(settings.StorePath!, settings.KeyFile, settings.TimeProvider);
            }

            await Task.Run(() => head.Listen(trouble), cancellationToken);
            await opened;
            head._coordinator = await head._ready.Task.WaitAsync(cancellationToken);
            await head.OpenDoorAsync(cancellationToken);
            log?.Announce(
                head.Address, head.Token, head.Keys?.Join.Path, settings.Leaves ? settings.ArtifactsFolder : null);
            Log.HeadStarted(head._logger, head._store.Location, head.Address,
                settings.TimeProvider.GetElapsedTime(began).TotalSeconds);
            return head;
        }
        catch
        {
            await head.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node in this process, which trains for this head.</summary>
    /// <param name="options">Folder and token are the head's.</param>
    public async Task<Node> StartNodeAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = _settings.ArtifactsFolder ?? throw new InvalidOperationException("A head that sees no files has no node.");
        var node = await Node.StartAsync(
            options with { ArtifactsFolder = await ArtifactsFolder.OfAsync(_store, folder, cancellationToken), Token = Token },
            cancellationToken);
        Serve(node.Gateway);
        return node;
    }

    /// <summary>Makes this head the one of a node in the same process.</summary>
    /// <param name="gateway">The node's.</param>
    internal void Serve(IActorRef gateway)
    {
        lock (_gate)
            _served.Add(gateway);
        gateway.Tell(new Connected(_coordinator));
    }

    /// <summary>Ends in order: grants nothing more, confirms what nodes have told, looks after files once more, closes the
    /// store.</summary>
    public async ValueTask DisposeAsync()
    {
        Task end;
        lock (_gate)
            end = _end ??= EndAsync();
        await end;
    }

    private static LiteDbLedgerLog LogOf(HeadSettings settings, StoreTrouble trouble)
    {
        var path = settings.StorePath ?? throw new ArgumentException("A head needs a store.", nameof(settings));
        return new LiteDbLedgerLog(
            path, settings.TimeProvider,
            onTrouble: failure => trouble.Tell(StoreTrouble.Source.Waiting, path, failure?.Message));
    }

    /// <summary>Makes the cluster that this process is the first member of, and the actors of a head.</summary>
    private void Listen(StoreTrouble trouble)
    {
        var refusals = new Refusals(_settings.LoggerFactory.CreateLogger("VaeSweep.Tls"), _settings.TimeProvider);
        try
        {
            _system = Systems.Member(_settings.Host, _settings.Port, Names.HeadRole, Keys?.Setup(refusals));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new HeadFailedException(
                $"The head cannot listen on {_settings.Host}:{_settings.Port}: {failure.GetBaseException().Message}", failure);
        }

        var address = ((ExtendedActorSystem)_system).Provider.DefaultAddress;
        Address = $"{address.Host}:{address.Port}";
        Systems.TellOf(refusals, _system);
        var cluster = Akka.Cluster.Cluster.Get(_system);
        cluster.Join(cluster.SelfAddress);
        _ = _system.WhenTerminated.ContinueWith(
            _ => Fail(new HeadFailedException("The head's cluster has ended.")),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var searcher = _system.ActorOf(
            SearchActor.Props(_store, _settings.TimeProvider, _settings.LoggerFactory.CreateLogger("VaeSweep.Search")),
            Names.Search);
        var parts = new HeadParts(
            _store, new HeadOptions { Lease = _settings.Lease, Token = Keys is null ? Token : "", Product = _settings.Product },
            _settings.TimeProvider, _settings.LoggerFactory, trouble, coordinator => _ready.TrySetResult(coordinator))
        {
            Kept = () => searcher.Tell(SearchActor.Look.Now),
        };
        // What fails here would begin again with nothing, as Akka has it: a head that fails ends instead.
        var ends = new OneForOneStrategy(failure =>
        {
            Fail(failure);
            return Directive.Stop;
        });
        _system.ActorOf(
            ClusterSingletonManager.Props(
                CoordinatorActor.Props(parts), PoisonPill.Instance,
                ClusterSingletonManagerSettings.Create(_system).WithRole(Names.HeadRole).WithSingletonName(Names.Coordinator))
            .WithSupervisorStrategy(ends),
            Names.Head);
        _housekeeper = _system.ActorOf(
            HousekeeperActor.Props(
                _store, _settings.ArtifactsFolder, _settings.Disk, _settings.TimeProvider,
                _settings.LoggerFactory.CreateLogger("VaeSweep.Housekeeper")),
            Names.Housekeeper);
        _desk = new CommandDesk(
            Served.Of(_store) with { FilesPort = () => FilesPort, Log = LogOf }, Keys is null
                ? Token : null, _settings.TimeProvider, _settings.LoggerFactory.CreateLogger("VaeSweep.Desk"));
        _system.ActorOf(DeskActor.PropsFor(_desk), Names.Desk);
    }

    private string? LogOf(LogNamed asked) => _settings.ArtifactsFolder is not { } folder ? null
        : new AttemptLogs(folder).Read(asked.TrialId, asked.Trial, asked.Attempt);

    /// <summary>Lets nodes of other processes in, who are told where files go.</summary>
    private async Task OpenDoorAsync(CancellationToken cancellationToken)
    {
        if (_settings.ArtifactsFolder is { } folder)
        {
            // Of a head with keys it is the next port, so that firewalls can be told of it.
            var port = Keys is null || _settings.Port is 0 or IPEndPoint.MaxPort ? 0 : _settings.Port + 1;
            try
            {
                var root = await ArtifactsFolder.OfAsync(_store, folder, cancellationToken);
                _files = FileServer.Start(
                    new FileServerOptions(root, await _store.IdentityAsync(cancellationToken))
                    {
                        Host = _settings.Host, Port = port, Keys = Keys, Token = Keys is null ? Token : "",
                        Time = _settings.TimeProvider, Logger = _settings.LoggerFactory.CreateLogger("VaeSweep.Files"),
                        FindData = _settings.FindData,
                    });
            }
            catch (SocketException failure)
            {
                throw new HeadFailedException(
                    $"The head cannot listen on {_settings.Host}:{port}, where it takes and gives files ({failure.Message}). It "
                    + "needs the port after the one of --listen: name another.", failure);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new HeadFailedException(
                    $"The head cannot keep checkpoints and models in {folder} ({failure.Message}). Name another folder with "
                    + "--artifacts.", failure);
            }
        }

        System.ActorOf(
            DoorActor.Props(
                Keys is null ? Token : "", FilesPort, DoorActor.UsualMembers, Keys?.Credentials, _settings.TimeProvider),
            Names.Door);
    }

    /// <summary>The first failure ends the head: its actors are gone or useless.</summary>
    private void Fail(Exception failure)
    {
        lock (_gate)
        {
            if (_hasFailed || _end is not null)
                return;
            _hasFailed = true;
        }

        var told = failure as HeadFailedException ?? new HeadFailedException($"The head has failed: {failure.Message}", failure);
        // Before its start has succeeded, who starts it is told.
        if (_ready.TrySetException(failure is StoreException ? failure : told))
            return;
        Log.HeadFailed(_logger, _store.Location, failure);
        _completion.SetException(told);
        if (_system is not null)
            _ = LeaveAsync(_system);
    }

    private async Task EndAsync()
    {
        // The lock of DisposeAsync is free from here on.
        await Task.Yield();
        if (_system is not null)
        {
            if (_ready.Task.IsCompletedSuccessfully && !_hasFailed)
                await SayGoodbyeAsync();
            if (await IsLateAsync(LeaveAsync(_system), _endLimit))
                Log.EndsLate(_logger, _store.Location, "its cluster");
        }

        // What commands have under way asks the store.
        if (_desk is not null && await IsLateAsync(_desk.DisposeAsync().AsTask(), _endLimit))
            Log.EndsLate(_logger, _store.Location, "a command under way");
        if (_files is not null)
            await _files.DisposeAsync();
        await _store.DisposeAsync();
        _completion.TrySetResult();
    }

    private async Task SayGoodbyeAsync()
    {
        IActorRef[] served;
        lock (_gate)
            served = [.. _served];
        // Who was told to end while it began has not been given it yet.
        var coordinator = await _ready.Task;
        if (await IsLateAsync(coordinator.Ask<Retired>(new Retire()), _endLimit))
            Log.EndsLate(_logger, _store.Location, "the step under way");
        foreach (var gateway in served)
            gateway.Tell(new Disconnected(coordinator));
        if (await IsLateAsync(_housekeeper.Ask<HousekeeperActor.Finished>(new HousekeeperActor.LastTime()), _tidyLimit))
            Log.EndsLate(_logger, _store.Location, "looking after files");
    }

    /// <summary>Other members are told, which takes a second; where there are none, nothing but the actors is ended.</summary>
    /// <remarks>Akka's own way is gone once: a TLS failure has taken it, see <see cref="Endings"/>.</remarks>
    private static Task LeaveAsync(ActorSystem system) => CoordinatedShutdown.Get(system).ShutdownReason is not null
        ? Endings.EndAsync(system, _leavesWithin)
        : Akka.Cluster.Cluster.Get(system).State.Members.Count > 1
        ? system.Terminate()
        : CoordinatedShutdown.Get(system).Run(
            CoordinatedShutdown.ActorSystemTerminateReason.Instance, CoordinatedShutdown.PhaseActorSystemTerminate);

    private static async Task<bool> IsLateAsync(Task task, TimeSpan limit)
    {
        await ((Task)task.WaitAsync(limit)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !task.IsCompletedSuccessfully;
    }
}
