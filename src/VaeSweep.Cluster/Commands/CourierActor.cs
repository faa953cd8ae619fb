using Akka.Actor;
using Akka.Cluster.Tools.Client;
using Akka.Remote;
using VaeSweep.Cluster.Actors;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Commands;

/// <summary>Sends the frames of one command to a head and gives each answer to whoever asked. It repeats a question that stays
/// without an answer, because ClusterClient drops silently, and gives up after <see cref="Patience"/>.</summary>
/// <remarks>One actor for all questions: the receptionist keeps an actor of its own for every sender for half a minute.</remarks>
internal sealed class CourierActor : ReceiveActor, IWithTimers
{
    /// <summary>A desk answers every question within <see cref="DeskCall.LongPoll"/>.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _repeatAfter = DeskCall.LongPoll * 1.5;
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<(Guid Call, int Step), Waiting> _waiting = [];
    private readonly Address _head;
    private readonly TimeProvider _time;
    private readonly IActorRef _client;
    private End? _end;

    public CourierActor(Address head, ClusterClientSettings settings, TimeProvider time)
    {
        (_head, _time) = (head, time);
        _client = Context.ActorOf(ClusterClient.Props(settings), "client");
        Context.System.EventStream.Subscribe(Self, typeof(RemotingLifecycleEvent));
        Receive<Asked>(Ask);
        Receive<Told>(told => Send(told.Frame));
        Receive<Forgotten>(forgotten => _waiting.Remove(KeyOf(forgotten.Frame)));
        Receive<ChannelFrame>(Answered);
        Receive<Look>(_ => Repeat());
        Receive<AssociationErrorEvent>(
            error => error.RemoteAddress == _head && !error.IsInbound, error => Fail(error.Cause?.GetBaseException().Message));
        Receive<DisassociatedEvent>(gone => gone.RemoteAddress == _head, _ => RepeatNow());
        Receive<RemotingLifecycleEvent>(_ => { });
        // What was told before leaves first: a pill waits its turn, a stop would not.
        Receive<End>(end =>
        {
            _end = end;
            Context.Watch(_client).Tell(PoisonPill.Instance);
        });
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("look", Look.Instance, _lookEvery, _lookEvery);

    protected override void PostStop()
    {
        Fail("the command has ended.");
        _end?.Ended.TrySetResult();
    }

    private static (Guid Call, int Step) KeyOf(byte[] frame) => Frame.TryKeyOf(frame, out var key) ? key : default;

    private void Ask(Asked asked)
    {
        var now = _time.GetTimestamp();
        _waiting[KeyOf(asked.Frame)] = new Waiting(asked, now) { Sent = now };
        Send(asked.Frame);
    }

    private void Answered(ChannelFrame answer)
    {
        if (_waiting.Remove(KeyOf(answer.Bytes), out var waiting))
            waiting.Asked.Answer.TrySetResult(answer.Bytes);
    }

    private void Repeat()
    {
        foreach (var (key, waiting) in _waiting.ToList())
        {
            if (_time.GetElapsedTime(waiting.Since) > Patience)
            {
                _waiting.Remove(key);
                waiting.Asked.Answer.TrySetException(Unreachable($"nothing came for {Patience.TotalSeconds:0} s."));
            }
            else if (_time.GetElapsedTime(waiting.Sent) > _repeatAfter)
            {
                waiting.Sent = _time.GetTimestamp();
                Send(waiting.Asked.Frame);
            }
        }
    }

    /// <summary>The connection broke: it is made anew with the next frame, or that is refused.</summary>
    private void RepeatNow()
    {
        foreach (var waiting in _waiting.Values)
            Send(waiting.Asked.Frame);
    }

    private void Fail(string? why)
    {
        foreach (var waiting in _waiting.Values)
            waiting.Asked.Answer.TrySetException(Unreachable(why ?? "the connection was refused."));
        _waiting.Clear();
    }

    private StoreUnreachableException Unreachable(string why) => new(
        $"the head at {_head.Host}:{_head.Port} does not answer: {why} Is it running (`vaesweep run` or `vaesweep head`), and " +
        "is this its address?");

    private void Send(byte[] frame) =>
        _client.Tell(new ClusterClient.Send(Names.DeskPath, new ChannelFrame(frame), localAffinity: true));

    /// <summary>A question, and who waits for its answer.</summary>
    internal sealed record Asked(byte[] Frame, TaskCompletionSource<byte[]> Answer);

    /// <summary>To be sent; nobody answers.</summary>
    internal sealed record Told(byte[] Frame);

    /// <summary>Nobody waits for the answer of this question any more.</summary>
    internal sealed record Forgotten(byte[] Frame);

    /// <summary>The command is done.</summary>
    /// <param name="Ended">Ends once what was told has left.</param>
    internal sealed record End(TaskCompletionSource Ended);

    private sealed record Look
    {
        public static Look Instance { get; } = new();
    }

    private sealed class Waiting(Asked asked, long since)
    {
        public Asked Asked { get; } = asked;

        public long Since { get; } = since;

        public long Sent { get; set; }
    }
}
