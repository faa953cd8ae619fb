using System.Threading.Channels;
using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

/// <summary>An actor that hands what it gets to the test, in order.</summary>
public sealed class Probe
{
    /// <summary>Real time after which a test that waits has failed; never reached by one that passes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<object> _messages = Channel.CreateUnbounded<object>();

    public Probe(ActorSystem system)
    {
        Ref = system.ActorOf(Props.Create(() => new Recorder(_messages.Writer)));
    }

    private sealed record WatchThis(IActorRef Actor);

    private sealed record UnwatchThis(IActorRef Actor);

    public IActorRef Ref { get; }

    public async Task<T> Expect<T>()
    {
        using var patience = new CancellationTokenSource(Patience);
        var message = await _messages.Reader.ReadAsync(patience.Token);
        return Assert.IsType<T>(message, exactMatch: false);
    }

    public async Task Expect<T>(T message)
    {
        Assert.Equal(message, await Expect<T>());
    }

    public async Task Watch(IActorRef actor)
    {
        await Ref.Ask<string>(new WatchThis(actor), Patience);
    }

    public async Task Unwatch(IActorRef actor)
    {
        await Ref.Ask<string>(new UnwatchThis(actor), Patience);
    }

    /// <summary>Everything that arrived before this call and was not expected.</summary>
    public async Task<IReadOnlyList<object>> Rest()
    {
        Ref.Tell(this, sender: null);
        var rest = new List<object>();
        while (await Expect<object>() is { } message && !ReferenceEquals(message, this))
        {
            rest.Add(message);
        }

        return rest;
    }

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ChannelWriter<object> messages)
        {
            Receive<WatchThis>(watch =>
            {
                Context.Watch(watch.Actor);
                Sender.Tell("watching");
            });
            Receive<UnwatchThis>(unwatch =>
            {
                Context.Unwatch(unwatch.Actor);
                Sender.Tell("not watching");
            });
            ReceiveAny(message => messages.TryWrite(message));
        }
    }
}
