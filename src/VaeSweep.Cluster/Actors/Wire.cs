using Akka.Actor;
using Akka.Actor.Setup;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Actors;

/// <summary>A node's second actor system, by which it talks with a head that is not in its process. It is of the kind that can
/// become a member of the head's cluster; until it has joined, and if it never does, it is an outpost.</summary>
internal sealed class Wire
{
    private const string CarrierName = "carrier";
    private static readonly TimeSpan _leavesWithin = TimeSpan.FromSeconds(2);

    private readonly ActorSystem _system;

    private readonly WireOptions _options;

    private Wire(ActorSystem system, WireOptions options) => (_system, _options) = (system, options);

    /// <summary>A <see cref="CarrierActor"/>, once it was started.</summary>
    public IActorRef Carrier { get; private set; } = ActorRefs.Nobody;

    /// <summary>When the system has ended, by whomever.</summary>
    public Task Ended => _system.WhenTerminated;

    /// <summary>Calls the head, to know under which address this machine is seen, and starts a system there.</summary>
    /// <exception cref="WireException">That cannot be done now; the message says why.</exception>
    public static async Task<Wire> OpenAsync(WireOptions options, CancellationToken cancellationToken)
    {
        var (local, fault) = await HeadCall.MakeAsync(
            options.Head, options.Key?.Credentials, TimeSpan.Zero, cancellationToken);
        if (fault is not null)
            throw new WireException(fault);
        var listen = options.Listen is { } at ? Systems.AddressOf(at, tls: false) : null;
        var host = listen?.Host ?? (local!.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? $"[{local}]" : $"{local}");
        var refusals = new Refusals(options.Logger, options.Time);
        Setup? setup = options.Key?.Setup(refusals, options.Head);
        try
        {
            // Akka makes it on the thread that asks, and binds the port.
            var system = await Task.Run(
                () => Systems.Member(host, listen?.Port ?? 0, Names.WorkerRole, setup), cancellationToken);
            Systems.TellOf(refusals, system);
            return new Wire(system, options);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new WireException(
                $"this node cannot listen on {host}{(listen is null ? "" : $":{listen.Port}")} "
                    + $"({failure.GetBaseException().Message}); " +
                "name another address with --listen HOST:PORT", failure);
        }
    }

    /// <summary>Begins to look for the head, and to carry.</summary>
    public void Start(IActorRef owner, IActorRef gateway, bool wantsMembership, int seed) =>
        Carrier = _system.ActorOf(CarrierActor.Props(_options, owner, gateway, wantsMembership, seed), CarrierName);

    /// <summary>Leaves the cluster and ends the system.</summary>
    public Task EndAsync() => Endings.EndAsync(_system, _leavesWithin);
}
