using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Actors;

/// <summary>Carries messages between a node's gateway and the head, in the node's second actor system, and lives as long as that.
/// Asks at the head's door until it is welcomed, and again when the head is away.</summary>
/// <remarks>The head is always found by address and path: an actor reference would be of one head's life.</remarks>
internal sealed class CarrierActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);

    // Through an ordinary start of a head nobody is told that it does not answer yet.
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _listensFor = TimeSpan.FromSeconds(1);

    // Akka may hold an address for lost in ways that no event tells of. A new system forgets them.
    private static readonly TimeSpan _givesUpAfter = TimeSpan.FromMinutes(1);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly CancellationTokenSource _stopped = new();
    private readonly WireOptions _options;
    private readonly IActorRef _owner;
    private readonly IActorRef _gateway;
    private readonly bool _wantsMembership;
    private readonly Address _head;
    private readonly ActorSelection _door;
    private readonly ActorSelection _coordinator;
    private readonly Random _random;
    private readonly Waits _waits;
    private bool _connected;
    private bool _welcomed;
    private bool _joins;
    private bool _calls;
    private long _since;

    /// <param name="owner">The <see cref="WireActor"/>.</param>
    /// <param name="wantsMembership">It joins the head's cluster if the head lets it.</param>
    public CarrierActor(WireOptions options, IActorRef owner, IActorRef gateway, bool wantsMembership, int seed)
    {
        (_options, _owner, _gateway, _wantsMembership, _random) = (options, owner, gateway, wantsMembership, new Random(seed));
        _waits = new Waits(options.RetryFrom, options.RetryAtMost, _random);
        _head = Systems.AddressOf(options.Head, options.Key is not null);
        _door = Context.ActorSelection(_head + Names.DoorPath);
        _coordinator = Context.ActorSelection(_head + Names.CoordinatorPath);
        _since = Now;
        Receive<Ask>(_ => AskAtDoor());
        Receive<Look>(_ => LookAround());
        Receive<Called>(called =>
        {
            _calls = false;
            if (!_connected)
                _owner.Tell(new Away(called.Fault ?? Unanswered()));
        });
        Receive<Welcome>(Enter);
        Receive<Join>(_ => _cluster.Join(_head));
        Receive<Message>(Carry);
        Receive<DisassociatedEvent>(lost => LoseHead(lost.RemoteAddress, "the connection broke off"));
        // Its cluster takes out members that were unreachable so: they may never get the gossip that says it.
        Receive<ThisActorSystemQuarantinedEvent>(shut => EndOfUse(
            shut.RemoteAddress, "the head has shut this connection out for good", wasRemoved: _joins));
        Receive<ClusterEvent.MemberUp>(up =>
        {
            if (up.Member.Address == _cluster.SelfAddress)
                _owner.Tell(new BecameMember());
        });
        // Who is taken out ends its own side of the cluster. That is told first, and then the removal of every member, the head
        // too.
        Receive<ClusterEvent.ClusterShuttingDown>(_ => EndOfUse(
            _head, "the head's cluster has taken this node out", wasRemoved: true));
        Receive<ClusterEvent.MemberRemoved>(gone =>
        {
            if (gone.Member.HasRole(Names.HeadRole))
                EndOfUse(_head, "the head has left its cluster", wasRemoved: false);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _options.Time.GetTimestamp();

    private TimeSpan Since => _options.Time.GetElapsedTime(_since);

    public static Props Props(WireOptions options, IActorRef owner, IActorRef gateway, bool wantsMembership, int seed) =>
        Akka.Actor.Props.Create(() => new CarrierActor(options, owner, gateway, wantsMembership, seed));

    protected override void PreStart()
    {
        foreach (var told in new[] { typeof(DisassociatedEvent), typeof(ThisActorSystemQuarantinedEvent) })
            Context.System.EventStream.Subscribe(Self, told);
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            [typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.ClusterShuttingDown), typeof(ClusterEvent.MemberRemoved)]);
        Timers.StartPeriodicTimer(nameof(Look), new Look(), _lookEvery);
        Self.Tell(new Ask());
    }

    protected override void PostStop()
    {
        _stopped.Cancel();
        if (_connected)
            _gateway.Tell(new Disconnected(Self));
    }

    private void AskAtDoor()
    {
        if (_connected)
            return;
        _door.Tell(new Arrival(_options.Token, _wantsMembership && !_joins));
        Timers.StartSingleTimer(nameof(Ask), new Ask(), _waits.Next());
    }

    private void LookAround()
    {
        if (_connected)
        {
            // Each beat of the gateway wants an answer within a second or so.
            if (Since > _options.Silence)
                LoseHead(_head, $"nothing was heard of it for {_options.Silence.TotalSeconds:0} s");
            return;
        }

        if (Since > _givesUpAfter)
            EndOfUse(_head, Unanswered(), wasRemoved: false);
        if (_calls || Since < _quiet)
            return;
        _calls = true;
        _ = HeadCall.MakeAsync(_options.Head, _options.Key?.Credentials, _listensFor, _stopped.Token)
            .PipeTo(Self, success: call => new Called(call.Fault), failure: failure => new Called(failure.Message));
    }

    private void Enter(Welcome welcome)
    {
        _since = Now;
        if (welcome.MayJoin && !_joins)
        {
            _joins = true;
            Timers.StartSingleTimer(nameof(Join), new Join(), _options.JoinWithin * _random.NextDouble());
        }

        if (_connected)
            return;
        (_connected, _welcomed) = (true, true);
        _waits.Reset();
        Timers.Cancel(nameof(Ask));
        _owner.Tell(new Welcomed(welcome.FilesPort));
        _gateway.Tell(new Connected(Self));
    }

    private void Carry(Message message)
    {
        if (message is Hello or Beat or Batch)
        {
            if (Sender.Equals(_gateway))
                _coordinator.Tell(message, Self);
            return;
        }

        _since = Now;
        _gateway.Tell(message, Self);
    }

    private void LoseHead(Address address, string why)
    {
        if (!_connected || address != _head)
            return;
        (_connected, _since) = (false, Now);
        _gateway.Tell(new Disconnected(Self));
        _owner.Tell(new Away(why));
        Timers.StartSingleTimer(nameof(Ask), new Ask(), _waits.Next());
    }

    private void EndOfUse(Address address, string why, bool wasRemoved)
    {
        if (address != _head)
            return;
        _since = Now;
        _owner.Tell(new Spent(why, wasRemoved));
    }

    // Whoever was welcomed here has the right address and key.
    private string Unanswered() => "it takes connections and does not answer; "
        + (_welcomed ? "it, or its machine, has too much to do"
            : "perhaps this is not exactly what it was given with --listen"
                + (_options.Key is null ? ", or it was started with a key: use --key FILE" : ""));

    private sealed record Ask;

    private sealed record Look;

    private sealed record Join;

    private sealed record Called(string? Fault);
}
