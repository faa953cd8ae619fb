using Akka.Actor;

namespace VaeSweep.Cluster.Actors;

/// <summary>A node's way to a head elsewhere: owns a <see cref="Wire"/>, and makes another one when that is of no use any more.
/// Tries for as long as the node lives, and says what is the matter. Lives in the node's own system.</summary>
/// <remarks>The new system is made before the old one ends, so that a head never finds the node's address closed: it would take
/// the node for dead. Only where the address is given (<see cref="WireOptions.Listen"/>) the old one must go first.</remarks>
internal sealed class WireActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _toldApart = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopped = new();
    private readonly WireOptions _options;
    private readonly IActorRef _gateway;
    private readonly Random _random;
    private readonly Waits _waits;
    private Wire? _wire;
    private Wire? _old;
    private Task<Wire>? _opening;
    private bool _away;
    private long? _removedAt;
    private (string Why, long At)? _told;

    public WireActor(WireOptions options, IActorRef gateway)
    {
        (_options, _gateway, _random) = (options, gateway, new Random(options.Seed));
        _waits = new Waits(options.RetryFrom, options.RetryAtMost, _random);
        Receive<Open>(_ => OpenWire());
        Receive<Opened>(opened =>
        {
            (_opening, _wire) = (null, opened.Wire);
            opened.Wire.Start(Self, _gateway, WantsMembership, _random.Next());
            _ = opened.Wire.Ended.PipeTo(Self, success: () => new Ended(opened.Wire), failure: _ => new Ended(opened.Wire));
        });
        Receive<NotOpened>(failed =>
        {
            _opening = null;
            Tell(failed.Why);
            Timers.StartSingleTimer(nameof(Open), new Open(), _waits.Next());
        });
        Receive<Welcomed>(IsCurrent, Enter);
        Receive<Away>(IsCurrent, away => Tell(away.Why));
        Receive<BecameMember>(IsCurrent, _ =>
        {
            Log.WireLinked(_options.Logger, _options.Head, "a member of its cluster");
            _options.OnLink?.Invoke(true);
        });
        Receive<Spent>(IsCurrent, spent => Replace(spent.Why, spent.WasRemoved));
        Receive<Ended>(ended =>
        {
            if (ended.Wire == _wire)
                Replace("its actor system has ended", wasRemoved: false);
        });
        Receive<CloseWire>(close => _ = CloseAsync().PipeTo(Self, success: () => new Closed(), failure: _ => new Closed()));
        Receive<Closed>(_ => Context.Stop(Self));
        // Of a wire before the present one.
        Receive<Welcomed>(_ => { });
        Receive<Away>(_ => { });
        Receive<BecameMember>(_ => { });
        Receive<Spent>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="gateway">Told <see cref="Connected"/> and <see cref="Disconnected"/>.</param>
    public static Props Props(WireOptions options, IActorRef gateway) =>
        Akka.Actor.Props.Create(() => new WireActor(options, gateway));

    protected override void PreStart() => OpenWire();

    protected override void PostStop() => _ = CloseAsync();

    private bool WantsMembership =>
        _removedAt is not { } at || _options.Time.GetElapsedTime(at) > _options.OutAfterRemoval;

    private bool IsCurrent(object message) => _wire is not null && Sender.Equals(_wire.Carrier);

    private void OpenWire()
    {
        if (_opening is not null || _stopped.IsCancellationRequested)
            return;
        _opening = OpenAsync();
        _ = _opening.PipeTo(Self, success: wire => new Opened(wire),
            failure: failure => new NotOpened(failure is WireException ? failure.Message : failure.GetBaseException().Message));
    }

    private async Task<Wire> OpenAsync()
    {
        if (_options.Listen is not null && Interlocked.Exchange(ref _old, null) is { } old)
            await old.EndAsync();
        return await Wire.OpenAsync(_options, _stopped.Token);
    }

    private void Enter(Welcomed welcomed)
    {
        _waits.Reset();
        if (_away)
            Log.HeadBack(_options.Logger, _options.Head);
        (_away, _told) = (false, null);
        _ = EndOldAsync();
        _options.OnFiles?.Invoke(Systems.AddressOf(_options.Head, tls: false).Host, welcomed.FilesPort);
        _options.OnLink?.Invoke(false);
    }

    private void Replace(string why, bool wasRemoved)
    {
        Log.WireSpent(_options.Logger, _options.Head, why);
        if (wasRemoved)
            _removedAt = _options.Time.GetTimestamp();
        _gateway.Tell(new Disconnected(_wire!.Carrier));
        _ = EndOldAsync();
        (_old, _wire) = (_wire, null);
        Timers.StartSingleTimer(nameof(Open), new Open(), _waits.Next());
    }

    private void Tell(string why)
    {
        _away = true;
        var now = _options.Time.GetTimestamp();
        if (_told is { } told && told.Why == why && _options.Time.GetElapsedTime(told.At) < _toldApart)
            return;
        _told = (why, now);
        Log.HeadAway(_options.Logger, _options.Head, why);
    }

    private Task EndOldAsync() => Interlocked.Exchange(ref _old, null)?.EndAsync() ?? Task.CompletedTask;

    private async Task CloseAsync()
    {
        await _stopped.CancelAsync();
        var opened = Interlocked.Exchange(ref _wire, null);
        try
        {
            opened ??= _opening is { } opening ? await opening : null;
        }
        catch (Exception failure) when (failure is WireException or OperationCanceledException)
        {
            // It was not opened.
        }

        await Task.WhenAll(EndOldAsync(), opened?.EndAsync() ?? Task.CompletedTask);
    }

    private sealed record Open;

    private sealed record Opened(Wire Wire);

    private sealed record NotOpened(string Why);

    private sealed record Ended(Wire Wire);

    private sealed record Closed;
}
