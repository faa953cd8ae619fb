using System.Threading.Channels;
using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>A node with one device that says what a test tells it to say, and keeps what it hears.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);
    private readonly Channel<Message> _heard = Channel.CreateUnbounded<Message>();
    private readonly Channel<IActorRef> _wires = Channel.CreateUnbounded<IActorRef>();
    private readonly ActorSystem _system;
    private readonly IActorRef _gateway;
    private ICanTell _head = ActorRefs.Nobody;
    private long _beats;

    private ScriptedNode(string name, long incarnation, ActorSystem system)
    {
        _system = system;
        _gateway = system.ActorOf(Props.Create(() => new Ear(_heard.Writer, _wires.Writer)));
        Session = new Session(name, incarnation, 1);
    }

    public Session Session { get; set; }

    public History History { get; private set; } = History.None;

    public IActorRef Gateway => _gateway;

    /// <summary>In the head's own process.</summary>
    public static async Task<ScriptedNode> ServedAsync(string name, Head head)
    {
        var node = new ScriptedNode(name, 100, Systems.Local());
        head.Serve(node._gateway);
        node._head = await node.WiredAsync();
        return node;
    }

    /// <summary>A process of its own, as far as the head can see.</summary>
    /// <param name="beside">A node in the same process.</param>
    public static ScriptedNode Remote(string name, string address, ScriptedNode? beside = null)
    {
        var node = new ScriptedNode(name, 100, beside?._system ?? Systems.Remote("127.0.0.1", 0, setup: null));
        node.Find(address);
        return node;
    }

    public async Task<IActorRef> WiredAsync() => await _wires.Reader.ReadAsync().AsTask().WaitAsync(_limit);

    public void Find(string address) =>
        _head = _system.ActorSelection($"akka.tcp://{Names.System}@{address}{Names.CoordinatorPath}");

    public void Say(object message) => _head.Tell(message, _gateway);

    public async Task<T> HearAsync<T>(Func<T, bool>? where = null, TimeSpan? within = null)
        where T : Message
    {
        using var limit = new CancellationTokenSource(within ?? _limit);
        try
        {
            while (true)
            {
                if (await _heard.Reader.ReadAsync(limit.Token) is T wanted && where?.Invoke(wanted) != false)
                    return wanted;
            }
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"No such {typeof(T).Name} was heard.", late);
        }
    }

    /// <summary>HOST:PORT of its system.</summary>
    public string Address =>
        ((ExtendedActorSystem)_system).Provider.DefaultAddress is { } address ? $"{address.Host}:{address.Port}" : "";

    /// <summary>Ends when what was sent to it before has arrived.</summary>
    public async Task SettleAsync() => await _gateway.Ask<ActorIdentity>(new Identify(messageId: null), _limit);

    /// <summary>Everything that came so far.</summary>
    public IReadOnlyList<Message> Heard()
    {
        var heard = new List<Message>();
        while (_heard.Reader.TryRead(out var message))
            heard.Add(message);
        return heard;
    }

    public Hello Hello(string token, long first = 1) => new(
        Session, MessageCodec.Version, History, token, null, first,
        new NodeInfo(Session.Node, "host", ["cpu:0"], "1.0", null));

    /// <summary>Begins a conversation.</summary>
    public async Task<Ack> JoinAsync(string token, long first = 1)
    {
        Say(Hello(token, first));
        var ack = await HearAsync<Ack>(ack => ack.Session == Session);
        History = ack.History;
        return ack;
    }

    /// <summary>Begins another conversation, as often as it needs: a connection that has just broken takes nothing.</summary>
    public async Task<Ack> RejoinAsync(string token, long first)
    {
        for (var left = 100; ; left--)
        {
            Say(Hello(token, first));
            try
            {
                return await HearAsync<Ack>(ack => ack.Session == Session, TimeSpan.FromMilliseconds(200));
            }
            catch (TimeoutException) when (left > 0)
            {
                // The message was lost with the connection.
            }
        }
    }

    public Beat Beat(long want, int count, params IReadOnlyList<AttemptFence> held) =>
        new(Session, History, ++_beats, held, [new DeviceStatus("cpu:0", 1, want, count) { Provenance = "test" }], null, null);

    public async Task<Grant> WantAsync(long want, int count, params IReadOnlyList<AttemptFence> held)
    {
        Say(Beat(want, count, held));
        return await HearAsync<Grant>(grant => grant.Number == want);
    }

    public Batch Batch(long first, params IReadOnlyList<Entry> entries) => new(Session, History, first, entries);

    public static EpochEntry Epoch(AttemptFence attempt, int epoch) =>
        new(attempt, new EpochReport { Epoch = epoch, TrainElbo = -100 - epoch });

    public static EndEntry End(AttemptFence attempt) => new(attempt, new AttemptEnd(AttemptOutcome.Succeeded));

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    private sealed class Ear : ReceiveActor
    {
        public Ear(ChannelWriter<Message> heard, ChannelWriter<IActorRef> wires)
        {
            Receive<Message>(message => heard.TryWrite(message));
            Receive<Connected>(connected => wires.TryWrite(connected.Wire));
            Receive<Disconnected>(_ => wires.TryWrite(ActorRefs.Nobody));
        }
    }
}
