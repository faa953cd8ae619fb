using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;
using Directive = VaeSweep.Store.Directive;

namespace VaeSweep.Cluster.Former;

/// <summary>Renews every lease of a node in one call, apart from training, and passes on what the owners of the trials ask.</summary>
/// <remarks>A lease is trusted until the moment before the last answered renewal was sent plus its length less a margin, on this process's own steady
/// clock. Past that another worker may have the trial: its worker is told to stop training, while renewal goes on, because the store, back
/// again, may find that nobody else took it.</remarks>
internal sealed class LeaseKeeperActor : ReceiveActor, IWithTimers
{
    private readonly NodeOptions _options;
    private readonly StoreClient _store;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly Dictionary<AttemptKey, Held> _held = [];
    private bool _renewing;

    public LeaseKeeperActor(NodeOptions options, StoreClient store)
    {
        _options = options;
        _store = store;
        _logger = options.LoggerFactory.CreateLogger("VaeSweep.Leases");
        Receive<Hold>(hold => _held[hold.Attempt] = new Held(Sender, hold.SentAt));
        Receive<LetGo>(letGo => _held.Remove(letGo.Attempt));
        Receive<LetGoAll>(_ => DropAllOf(Sender));
        Receive<Tick>(_ => OnTick(all: false));
        Receive<RenewNow>(_ => OnTick(all: true));
        Receive<Renewed>(OnRenewed);
        Receive<NotRenewed>(_ => _renewing = false);
        Receive<Status.Failure>(failure => ExceptionDispatchInfo.Throw(failure.Cause));
    }

    /// <summary>The sender has this attempt, since a claim sent at a timestamp.</summary>
    internal sealed record Hold(AttemptKey Attempt, long SentAt);

    internal sealed record LetGo(AttemptKey Attempt);

    internal sealed record LetGoAll;

    /// <summary>An owner may have asked for something: do not wait for the next tick.</summary>
    internal sealed record RenewNow;

    /// <summary>To the holder: what the trial's owner asks.</summary>
    internal sealed record Directed(AttemptKey Attempt, Directive Directive);

    /// <summary>To the holder: the lease may have passed on.</summary>
    internal sealed record TrustEnded(AttemptKey Attempt);

    private sealed record Tick;

    private sealed record Renewed(IReadOnlyList<AttemptKey> Attempts, long SentAt, IReadOnlyList<Directive> Directives);

    private sealed record NotRenewed;

    public ITimerScheduler Timers { get; set; } = null!;

    protected internal override void PreStart() => Timers.StartPeriodicTimer("renew", new Tick(), _options.RenewEvery);

    protected internal override void PostStop() => _life.Cancel();

    /// <param name="all">Those too that were claimed or renewed only just now.</param>
    private void OnTick(bool all)
    {
        var now = _options.TimeProvider.GetTimestamp();
        foreach (var (attempt, held) in _held)
        {
            if (!held.TrustEnded && _options.TimeProvider.GetElapsedTime(held.TrustedFrom, now) > _options.TrustedFor)
            {
                held.TrustEnded = true;
                Log.LeaseNotTrusted(_logger, attempt.TrialKey, attempt.Attempt, _options.TrustedFor.TotalSeconds);
                held.Owner.Tell(new TrustEnded(attempt));
            }
        }

        // Short trials come and go between two ticks: renewing them would only stand in the way of their ends.
        AttemptKey[] attempts = [.. _held.Where(held => all || _options.TimeProvider.GetElapsedTime(held.Value.TrustedFrom, now) >= _options.RenewEvery / 2).Select(held => held.Key)];
        if (_renewing || attempts.Length == 0)
        {
            return;
        }

        _renewing = true;
        // Not longer than the rest of the trust, or a store that hangs would keep us from noticing its end.
        _ = _store.Once((store, ct) => store.RenewAsync(attempts, _options.Lease, ct), _options.TrustedFor / 4, _life.Token)
            .PipeTo(
                Self,
                success: directives => new Renewed(attempts, now, directives),
                failure: e => StoreClient.IsTransient(e) || e is OperationCanceledException ? new NotRenewed() : new Status.Failure(e));
    }

    private void OnRenewed(Renewed renewed)
    {
        _renewing = false;
        for (var i = 0; i < renewed.Attempts.Count; i++)
        {
            var attempt = renewed.Attempts[i];
            var directive = renewed.Directives[i];
            if (!_held.TryGetValue(attempt, out var held))
            {
                continue;
            }

            if (directive == Directive.Lost)
            {
                _held.Remove(attempt);
            }
            else
            {
                held.TrustedFrom = renewed.SentAt;
                held.TrustEnded = false;
            }

            if (directive != held.LastTold)
            {
                held.LastTold = directive;
                held.Owner.Tell(new Directed(attempt, directive));
            }
        }
    }

    private void DropAllOf(IActorRef owner)
    {
        foreach (var attempt in _held.Where(h => ReferenceEquals(h.Value.Owner, owner)).Select(h => h.Key).ToList())
        {
            _held.Remove(attempt);
        }
    }

    private sealed class Held(IActorRef owner, long trustedFrom)
    {
        public IActorRef Owner { get; } = owner;

        public long TrustedFrom { get; set; } = trustedFrom;

        public bool TrustEnded { get; set; }

        public Directive LastTold { get; set; } = Directive.Continue;
    }
}
