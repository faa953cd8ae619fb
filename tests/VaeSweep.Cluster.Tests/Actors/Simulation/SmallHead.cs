using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests.Actors.Simulation;

/// <summary>A head in a few lines: <see cref="HeadState"/> on a store in memory, which hears, commits and answers at
/// once.</summary>
internal sealed class SmallHead : ReceiveActor, IWithTimers
{
    private readonly LedgerStore _store;
    private readonly HeadOptions _options;
    private readonly HeadFaults _faults;
    private readonly SteadyClock _clock;
    private readonly Dictionary<string, IActorRef> _nodes = new(StringComparer.Ordinal);
    private HeadState? _state;

    public SmallHead(LedgerStore store, HeadOptions options, HeadFaults faults, TimeProvider clock)
    {
        (_store, _options, _faults, _clock) = (store, options, faults, new SteadyClock(clock));
        var self = Self;
        _store.OnChanged = () => self.Tell(new Changed());
        Receive<Message>(OnWay, _faults.Carries);
        Receive<Arrived>(arrived => OnMessage(arrived.Message, arrived.From));
        Receive<Gone>(gone => Step((state, now) =>
        {
            state.Gone(gone.Node, now);
            return [];
        }));
        Receive<Changed>(_ => Step((state, _) =>
        {
            state.Changed();
            return [];
        }));
        Receive<Forget>(_ => _state = null);
        Receive<Tick>(
            _ => Step((state, now) =>
            {
                state.Tick(now);
                return [];
            }),
            _ => !_faults.IsAway);
    }

    /// <summary>A node's process has ended.</summary>
    internal sealed record Gone(string Node);

    /// <summary>Another head has the store now.</summary>
    internal sealed record Forget;

    private sealed record Arrived(Message Message, IActorRef From);

    private sealed record Changed;

    private sealed record Tick;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", new Tick(), LeaseBook.LookEvery, LeaseBook.LookEvery);

    private void OnWay(Message message)
    {
        if (_faults.Delay == TimeSpan.Zero)
            OnMessage(message, Sender);
        else
            Timers.StartSingleTimer(new object(), new Arrived(message, Sender), _faults.Delay);
    }

    private void OnMessage(Message message, IActorRef from)
    {
        _nodes[message.Session.Node] = from;
        Step((state, now) => state.Hear(message, now));
    }

    private void Step(Func<HeadState, Moment, IReadOnlyList<Message>> work)
    {
        var (atOnce, later) = _store.StepAsync(turn =>
        {
            var now = new Moment(_clock.Now, turn.Now);
            if (_state?.Ledger != turn.Ledger)
                _state = new HeadState(turn.Ledger, _options, now);
            var answers = work(_state, now);
            return (answers, _state.Take(now) is { } step ? _state.Kept(step, turn.ConfigOf) : []);
        }).GetAwaiter().GetResult();
        foreach (var answer in atOnce.Concat(later).Where(_faults.Carries))
            _nodes[answer.Session.Node].Tell(answer);
    }
}
