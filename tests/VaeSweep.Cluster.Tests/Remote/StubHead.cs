using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Client;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests.Remote;

/// <summary>A head's actor system with a door, and a coordinator that answers Hello and Beat with Ack.</summary>
internal sealed class StubHead : IAsyncDisposable
{
    public static readonly History History = new("some store", 7);
    private readonly Channel<object> _heard = Channel.CreateUnbounded<object>();

    /// <param name="setup">Null for TCP without TLS.</param>
    public StubHead(int port, Setup? setup, Refusals? refusals = null, int mostMembers = DoorActor.UsualMembers,
        string token = "",
        int filesPort = 0, Credentials? credentials = null)
    {
        System = Systems.Member("127.0.0.1", port, Names.HeadRole, setup);
        var cluster = Akka.Cluster.Cluster.Get(System);
        cluster.Join(cluster.SelfAddress);
        ClusterClientReceptionist.Get(System);
        if (refusals is not null)
            Systems.TellOf(refusals, System);
        var door = DoorActor.Props(token, filesPort, mostMembers, credentials, TimeProvider.System);
        Door = System.ActorOf(Props.Create(() => new Porch(_heard.Writer, door)), Names.Door);
        Coordinator = System.ActorOf(Props.Create(() => new Singleton(_heard.Writer)), Names.Head);
        At = $"127.0.0.1:{cluster.SelfAddress.Port}";
    }

    public ActorSystem System { get; }

    public string At { get; }

    public IActorRef Door { get; }

    /// <summary>The coordinator's parent.</summary>
    public IActorRef Coordinator { get; }

    public static StubHead WithKeys(HeadKeys keys, ListLogger log, int port = 0, int mostMembers = DoorActor.UsualMembers)
    {
        var refusals = new Refusals(log, TimeProvider.System);
        return new StubHead(port, keys.Setup(refusals), refusals, mostMembers, credentials: keys.Credentials);
    }

    /// <summary>One that nobody listens at now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The next thing of a kind that the coordinator or the door hears.</summary>
    public async Task<T> HeardAsync<T>()
    {
        while (true)
        {
            if (await _heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)) is T wanted)
                return wanted;
        }
    }

    /// <summary>Without leaving its cluster.</summary>
    public async Task KillAsync()
    {
        ((ExtendedActorSystem)System).Guardian.Stop();
        await System.WhenTerminated;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private sealed class Porch : ReceiveActor
    {
        public Porch(ChannelWriter<object> heard, Props door)
        {
            var inner = Context.ActorOf(door);
            ReceiveAny(message =>
            {
                heard.TryWrite(message);
                inner.Forward(message);
            });
        }
    }

    private sealed class Singleton : ReceiveActor
    {
        public Singleton(ChannelWriter<object> heard) =>
            Context.ActorOf(Props.Create(() => new Listener(heard)), Names.Coordinator);
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ChannelWriter<object> heard) => ReceiveAny(message =>
        {
            heard.TryWrite(message);
            if (message is Hello or Beat)
                Sender.Tell(new Ack(((Message)message).Session, History, 0, 0, []) { Term = 1 });
        });
    }
}
