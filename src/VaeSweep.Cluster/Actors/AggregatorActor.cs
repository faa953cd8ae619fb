using System.Runtime.ExceptionServices;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Actors;

/// <summary>Carries out a head's steps on its store, one at a time. What nodes tell, what they are granted and the number up to
/// which they are confirmed are committed together, and the answers leave after that.</summary>
/// <remarks>A <see cref="HeadState"/> belongs to one Ledger: after a failed commit the store has another one, and the
/// conversations begin anew. A failure that is none of the store's is a fault of the program: it ends the head.</remarks>
internal sealed class AggregatorActor : ReceiveActor
{
    private readonly LedgerStore _store;
    private readonly HeadOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _began;

    // Used by the step under way alone, wherever it runs.
    private HeadState? _state;

    public AggregatorActor(LedgerStore store, HeadOptions options, TimeProvider time, ILogger logger)
    {
        (_store, _options, _time, _logger, _began) = (store, options, time, logger, time.GetTimestamp());
        Receive<TakeStep>(step =>
        {
            var coordinator = Sender;
            _ = CarryOutAsync(step.Events, coordinator).PipeTo(Self, coordinator, failure: failure => new Broken(step, failure));
        });
        Receive<StepKept>(kept => Sender.Tell(kept));
        Receive<Broken>(broken =>
        {
            _state = null;
            if (broken.Cause is StoreException lost)
                Sender.Tell(new StepLost(lost, broken.Step.Events));
            else
                ExceptionDispatchInfo.Throw(broken.Cause);
        });
    }

    private sealed record Broken(TakeStep Step, Exception Cause);

    public static Props Props(LedgerStore store, HeadOptions options, TimeProvider time, ILogger logger) =>
        Akka.Actor.Props.Create(() => new AggregatorActor(store, options, time, logger));

    private async Task<StepKept> CarryOutAsync(IReadOnlyList<HeadEvent> events, IActorRef coordinator)
    {
        using var told = HeadMeter.Steps.StartActivity("step");
        var begun = _time.GetTimestamp();
        var heard = new Dictionary<string, IActorRef>(StringComparer.Ordinal);
        var (state, step, configs) = await _store.StepAsync(turn =>
        {
            var now = new Moment(_time.GetElapsedTime(_began), turn.Now);
            if (_state?.Ledger != turn.Ledger)
                _state = new HeadState(turn.Ledger, _options, now);
            foreach (var one in events)
                Do(_state, one, now, heard, coordinator);
            var step = _state.Take(now);
            return (_state, step, step?.Granted.ToDictionary(one => one.Attempt, turn.ConfigOf));
        });
        var now = _time.GetUtcNow();
        foreach (var node in heard.Keys)
            _store.Heard(node, now);
        var granted = step?.Granted.Count() ?? 0;
        Measure(events, begun, granted);
        told?.SetTag("vaesweep.events", events.Count).SetTag("vaesweep.granted", granted);
        return new StepKept(step is null ? [] : state.Kept(step, one => configs![one.Attempt]), heard);
    }

    private void Measure(IReadOnlyList<HeadEvent> events, long begun, int granted)
    {
        HeadMeter.StepTime.Record(_time.GetElapsedTime(begun).TotalSeconds);
        HeadMeter.Waiting.Record(events.Count);
        HeadMeter.Granted.Add(granted);
        if (!HeadMeter.Acknowledged.Enabled)
            return;
        foreach (var one in events.Where(one => one is { What: Batch, At: > 0 }))
            HeadMeter.Acknowledged.Record(_time.GetElapsedTime(one.At).TotalSeconds);
    }

    private void Do(HeadState state, HeadEvent one, Moment now, Dictionary<string, IActorRef> heard, IActorRef coordinator)
    {
        switch (one.What)
        {
            case Message message:
                foreach (var answer in state.Hear(message, now))
                    one.From.Tell(answer, coordinator);
                if (state.Knows(message.Session))
                    heard[message.Session.Node] = one.From;
                break;
            case NodeGone gone:
                End(state, gone.Node, now);
                break;
            case NodeUnreachable unreachable:
                state.Unreachable(unreachable.Node);
                break;
            case LookForDead:
                foreach (var node in state.Ledger.Nodes(now.Utc).Where(one => one.Alive || one.RunningTrials > 0))
                {
                    if (NodeIdentity.IsDeadHere(node.Info.Node))
                        End(state, node.Info.Node, now);
                }

                break;
            case LookAtLeases:
                foreach (var (node, trials) in state.Tick(now))
                    Log.LeaseEnded(_logger, node, _options.Lease.TotalSeconds, trials);
                break;
            case OwnersChanged:
                state.Changed();
                break;
            default:
                throw new InvalidOperationException($"A head's step does not hold a {one.What.GetType().Name}.");
        }
    }

    private void End(HeadState state, string node, Moment now)
    {
        // One that has left in order holds nothing, and is no news.
        if (state.Gone(node, now) is var trials and > 0)
            Log.NodeEnded(_logger, node, trials);
    }
}
