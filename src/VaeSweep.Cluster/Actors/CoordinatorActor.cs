using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using Directive = Akka.Actor.Directive;

namespace VaeSweep.Cluster.Actors;

/// <summary>A head's ear and mouth: hears nodes, timers, and who is there, and hands it to the <see cref="AggregatorActor"/> in
/// steps. What comes while a step is under way makes the next one, so that the more there is to do, the more is done at
/// once.</summary>
/// <remarks>Membership of the cluster decides nothing but whom to grant trials: a node keeps what it has for its lease, unless
/// its process is known to have ended.</remarks>
internal sealed class CoordinatorActor : ReceiveActor
{
    private static readonly TimeSpan _deadEvery = TimeSpan.FromSeconds(3);

    private readonly HeadParts _parts;
    private readonly ILogger _logger;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly IActorRef _aggregator;
    private readonly WaitingEvents _waiting = new();
    private readonly Complaints _complaints;
    private readonly CancellationTokenSource _life = new();
    private readonly List<ITimer> _timers = [];

    // Where each node's last message came from.
    private readonly Dictionary<string, IActorRef> _ways = new(StringComparer.Ordinal);
    private readonly HashSet<Address> _probed = [];
    private bool _isUnderWay;
    private bool _isFailing;
    private bool _isReady;
    private IActorRef? _retirer;

    public CoordinatorActor(HeadParts parts)
    {
        (_parts, _complaints) = (parts, new Complaints(parts.Time));
        _logger = parts.Loggers.CreateLogger("VaeSweep.Coordinator");
        _aggregator = Context.ActorOf(
            AggregatorActor.Props(parts.Store, parts.Options, parts.Time, parts.Loggers.CreateLogger("VaeSweep.Aggregator")),
            Names.Aggregator);
        Receive<Hello>(hello => Notice(Located(hello)));
        Receive<Beat>(Notice);
        Receive<Batch>(Notice);
        Receive<NodeGone>(Notice);
        Receive<NodeUnreachable>(Notice);
        Receive<LookAtLeases>(Notice);
        Receive<LookForDead>(Notice);
        Receive<OwnersChanged>(Notice);
        Receive<StepKept>(OnKept);
        Receive<StepLost>(OnLost);
        Receive<DisassociatedEvent>(cut => Probe(cut.RemoteAddress));
        Receive<Probed>(OnProbed);
        Receive<ClusterEvent.UnreachableMember>(event_ => OnUnreachable(event_.Member.Address));
        Receive<ClusterEvent.MemberRemoved>(event_ => OnUnreachable(event_.Member.Address));
        Receive<ClusterEvent.CurrentClusterState>(_ => { });
        Receive<Retire>(_ =>
        {
            _retirer = Sender;
            TellRetired();
        });
        ReceiveAny(Drop);
    }

    /// <summary>What an address answered: nobody, or somebody.</summary>
    private sealed record Probed(Address Address, bool IsRefused);

    public static Props Props(HeadParts parts) => Akka.Actor.Props.Create(() => new CoordinatorActor(parts));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    protected override void PreStart()
    {
        var self = Self;
        _timers.Add(_parts.Time.CreateTimer(
            _ => self.Tell(LookAtLeases.Now), null, LeaseBook.LookEvery, LeaseBook.LookEvery));
        _timers.Add(_parts.Time.CreateTimer(_ => self.Tell(LookForDead.Now), null, _deadEvery, _deadEvery));
        _parts.Store.OnChanged = () => self.Tell(OwnersChanged.Now);
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        _cluster.Subscribe(Self, typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberRemoved));
        Notice(LookForDead.Now);
    }

    protected override void PostStop()
    {
        _parts.Store.OnChanged = null;
        _timers.ForEach(timer => timer.Dispose());
        Context.System.EventStream.Unsubscribe(Self);
        _cluster.Unsubscribe(Self);
        _life.Cancel();
        _life.Dispose();
    }

    private void Notice(object what)
    {
        if (_retirer is not null)
            return;
        _waiting.Add(new HeadEvent(what, Sender, _parts.Time.GetTimestamp()));
        // A store that has failed is tried again at the next look, not with every message.
        if (!_isFailing || what is LookAtLeases)
            HandOver();
    }

    private void HandOver()
    {
        if (_isUnderWay || _waiting.Count == 0)
            return;
        _isUnderWay = true;
        _aggregator.Tell(new TakeStep(_waiting.Take()));
    }

    private void OnKept(StepKept kept)
    {
        (_isUnderWay, _isFailing) = (false, false);
        _parts.Trouble.Tell(StoreTrouble.Source.Failing, _parts.Store.Location, reason: null);
        foreach (var (node, from) in kept.Heard)
            _ways[node] = from;
        foreach (var answer in kept.Answers)
        {
            if (_ways.TryGetValue(answer.Session.Node, out var way))
                way.Tell(answer);
        }

        _parts.Kept?.Invoke();
        if (!_isReady)
            _parts.Ready(Self);
        _isReady = true;
        if (_retirer is null)
            HandOver();
        else
            TellRetired();
    }

    private void OnLost(StepLost lost)
    {
        (_isUnderWay, _isFailing) = (false, true);
        if (!_isReady)
            throw lost.Failure;
        _parts.Trouble.Tell(StoreTrouble.Source.Failing, _parts.Store.Location, lost.Failure.Message);
        var since = _waiting.Take();
        foreach (var one in lost.Events.Where(one => one.What is not Message).Concat(since))
            _waiting.Add(one);
        if (_retirer is not null)
            TellRetired();
    }

    private void TellRetired()
    {
        if (!_isUnderWay)
            _retirer?.Tell(new Retired());
    }

    /// <summary>Adds to what a node says of itself how it is connected, which the head knows better.</summary>
    private Hello Located(Hello hello)
    {
        var address = Sender.Path.Address;
        var link = address.HasLocalScope ? NodeLink.Local : IsMember(address) ? NodeLink.Member : NodeLink.Outpost;
        return hello with
        {
            Info = hello.Info with { Link = link, Address = address.HasLocalScope ? null : $"{address.Host}:{address.Port}" },
        };
    }

    private bool IsMember(Address address) => _cluster.State.Members.Any(member => member.Address == address);

    private IEnumerable<string> NodesAt(Address address) =>
        _ways.Where(one => one.Value.Path.Address == address).Select(one => one.Key);

    private void OnUnreachable(Address address)
    {
        foreach (var node in NodesAt(address).ToList())
            Notice(new NodeUnreachable(node));
    }

    /// <summary>A node has broken off. An outpost may be where nobody could connect to it while it lives.</summary>
    private void Probe(Address address)
    {
        var isNear = address.Host is "127.0.0.1" or "::1" or "localhost" || address.Host == _cluster.SelfAddress.Host;
        if (address is not { Host: { } host, Port: { } port } || !(isNear || IsMember(address)) || !NodesAt(address).Any()
            || !_probed.Add(address))
        {
            return;
        }
        _ = PortProbe.IsRefusedAsync(host, port, _parts.Time, _life.Token)
            .PipeTo(Self, success: refused => new Probed(address, refused), failure: _ => new Probed(address, IsRefused: false));
    }

    private void OnProbed(Probed probed)
    {
        _probed.Remove(probed.Address);
        if (!probed.IsRefused)
            return;
        // A process of this machine that is known to live has only built its connection anew.
        foreach (var node in NodesAt(probed.Address).Where(node => !NodeIdentity.IsAliveHere(node)).ToList())
        {
            _ways.Remove(node);
            Notice(new NodeGone(node));
        }
    }

    private void Drop(object message)
    {
        var sender = Sender.Path.ToStringWithAddress();
        if (_complaints.MayTell(sender))
            Log.MessageDropped(_logger, message.GetType().Name, sender);
    }
}
