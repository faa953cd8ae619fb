using System.Threading.Channels;
using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests.Remote;

/// <summary>A node with nothing but a way to a head: what its gateway is told is read from here.</summary>
internal sealed class GatewayProbe : IAsyncDisposable
{
    private readonly ActorSystem _local = Systems.Local();
    private readonly Channel<object> _told = Channel.CreateUnbounded<object>();
    private readonly Channel<bool> _links = Channel.CreateUnbounded<bool>();
    private readonly IActorRef _gateway;

    public GatewayProbe(string head, JoinFile? key, Func<WireOptions, WireOptions>? change = null)
    {
        _gateway = _local.ActorOf(Props.Create(() => new Listener(_told.Writer)), "gateway");
        var options = new WireOptions(head)
        {
            Key = key, Logger = Log, OnLink = isMember => _links.Writer.TryWrite(isMember),
            JoinWithin = TimeSpan.FromMilliseconds(1),
            RetryFrom = TimeSpan.FromMilliseconds(50), RetryAtMost = TimeSpan.FromMilliseconds(500),
        };
        Wire = _local.ActorOf(WireActor.Props(change?.Invoke(options) ?? options, _gateway), "wire");
    }

    public ListLogger Log { get; } = new();

    public IActorRef Wire { get; }

    public static Hello SomeHello(long number = 1) => new(
        new Session("node", 1, number), MessageCodec.Version, History.None, "", null, 1,
        new NodeInfo("node", "host", ["cpu:0"], "1", null));

    /// <summary>The next thing of a kind that the gateway is told.</summary>
    public async Task<T> ToldAsync<T>()
    {
        while (true)
        {
            if (await _told.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)) is T wanted)
                return wanted;
        }
    }

    /// <summary>Becomes a member or an outpost, sooner or later.</summary>
    public async Task LinkedAsync(bool isMember)
    {
        while (await _links.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)) != isMember)
        {
        }
    }

    public void Tell(IActorRef wire, Message message) => wire.Tell(message, _gateway);

    /// <summary>Says hello until it is answered, as a gateway does.</summary>
    public async Task<Ack> GreetAsync(IActorRef wire)
    {
        Tell(wire, SomeHello());
        return await ToldAsync<Ack>();
    }

    public Task CloseAsync() => Wire.GracefulStop(TimeSpan.FromSeconds(20), CloseWire.Instance);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _local.Terminate();
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ChannelWriter<object> told) => ReceiveAny(message => told.TryWrite(message));
    }
}
