using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Client;
using VaeSweep.Cluster.Actors;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Commands;

/// <summary>Takes frames to a head's desk by Akka's ClusterClient, from an actor system of its own.</summary>
internal sealed class ClusterClientLink : ICommandLink
{
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(1);

    private readonly ActorSystem _system;
    private readonly IActorRef _courier;

    private ClusterClientLink(string address, ActorSystem system, IActorRef courier) =>
        (Address, _system, _courier) = (address, system, courier);

    public string Address { get; }

    /// <summary>Ends when the link is closed and its actor system gone.</summary>
    public Task Terminated => _system.WhenTerminated;

    /// <param name="address">HOST:PORT of the head.</param>
    /// <param name="setup">TLS; null for plain TCP.</param>
    /// <exception cref="StoreException">It is no such address, or its host is not known.</exception>
    public static ClusterClientLink Open(string address, Setup? setup, TimeProvider time)
    {
        var (host, port) = HeadAddress.Parse(address);
        var system = Systems.Remote(OwnHost(host, port), 0, setup);
        var head = new Address(setup is null ? "akka.tcp" : "akka.ssl.tcp", Names.System, host, port);
        var settings = ClusterClientSettings.Create(system)
            .WithInitialContacts(ImmutableHashSet.Create<ActorPath>(new RootActorPath(head) / "system" / "receptionist"))
            .WithEstablishingGetContactsInterval(TimeSpan.FromMilliseconds(500));
        // Not by a lambda: to compile its arguments would take a tenth of a command's time.
        var courier = system.ActorOf(Props.Create(typeof(CourierActor), head, settings, time), "courier");
        return new ClusterClientLink(address, system, courier);
    }

    public async Task<byte[]> AskAsync(byte[] frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asked = new CourierActor.Asked(frame,
            new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        _courier.Tell(asked);
        await using var cancelled = cancellationToken.Register(() =>
        {
            if (asked.Answer.TrySetCanceled(cancellationToken))
                _courier.Tell(new CourierActor.Forgotten(frame));
        });
        return await asked.Answer.Task;
    }

    public void Tell(byte[] frame) => _courier.Tell(new CourierActor.Told(frame));

    /// <summary>What was told before still leaves; the rest of the system ends by itself, and nobody needs to wait for
    /// it.</summary>
    public async ValueTask DisposeAsync()
    {
        // Not by GracefulStop, for which a command would compile some forty methods.
        var end = new CourierActor.End(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _courier.Tell(end);
        // Who is late ends with the system.
        await end.Ended.Task.WaitAsync(_endLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ = _system.Terminate();
    }

    /// <summary>The address of this machine that the head sees.</summary>
    private static string OwnHost(string host, int port)
    {
        try
        {
            // Nothing is sent: the system only says which way it would take.
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(host, port);
            var own = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return (own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own).ToString();
        }
        catch (SocketException error)
        {
            throw new StoreUnreachableException($"the head at {host}:{port} cannot be reached: {error.Message}", error);
        }
    }
}
