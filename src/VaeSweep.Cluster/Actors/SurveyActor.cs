using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <summary>Looks from time to time how the sweeps stand, and tells of it: people by events, the node so that it notices their
/// end.</summary>
internal sealed class SurveyActor : ReceiveActor, IWithTimers
{
    /// <summary>Between two looks passes this many times what a look took.</summary>
    private const int PauseFactor = 20;
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    /// <summary>A node that stays whatever happens only tells how sweeps stand: with many nodes, looking is to cost the head
    /// little.</summary>
    private static readonly TimeSpan _idleEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly NodeScope _scope;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly Dictionary<string, SweepStatus> _known = new(StringComparer.Ordinal);
    private TimeSpan _lookTook;
    private TimeSpan? _lookedAt;
    private bool _isLooking;
    private bool _isWanted;
    private bool _isLast;
    private bool _hasFailed;

    public SurveyActor(NodeScope scope)
    {
        _scope = scope;
        _logger = scope.Logger("VaeSweep.Node");
        Receive<LookNow>(now =>
        {
            _isWanted = true;
            _isLast |= now.Last;
            LookIfDue();
        });
        Receive<Tick>(_ => LookIfDue());
        Receive<Looked>(OnLooked);
        Receive<NotLooked>(OnNotLooked);
    }

    private sealed record Tick;

    private sealed record Looked(IReadOnlyList<SweepStatus> Sweeps);

    private sealed record NotLooked(Exception Failure);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("tick", new Tick(), _every, _every);
        LookIfDue();
    }

    protected override void PostStop() => _life.Cancel();

    private void LookIfDue()
    {
        if (_isLooking)
            return;
        var now = _scope.Clock.Now;
        if (_lookedAt is { } at && !_isLast)
        {
            var (since, pause) = (now - at, _lookTook * PauseFactor);
            if (since < pause)
            {
                // Not at the next tick: a node whose sweep others finish leaves by a look that was asked for.
                if (_isWanted)
                    Timers.StartSingleTimer("look", new Tick(), pause - since);
                return;
            }

            if (!_isWanted && since < (_scope.Options.ExitWhenDone ? _every : _idleEvery) * 0.9)
                return;
        }

        (_isLooking, _isWanted, _isLast, _lookedAt) = (true, false, false, now);
        _scope.Beside(LookAsync, Self, sweeps => new Looked(sweeps), failure => new NotLooked(failure));
    }

    private async Task<IReadOnlyList<SweepStatus>> LookAsync()
    {
        using var patience = new CancellationTokenSource(_patience, _scope.Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _life.Token);
        var sweeps = await _scope.Options.Survey!(either.Token);
        return _scope.Options.SweepFilter is { } filter ? [.. sweeps.Where(one => one.Name == filter)] : sweeps;
    }

    private void OnLooked(Looked looked)
    {
        (_lookTook, _hasFailed) = (_scope.Clock.Now - _lookedAt!.Value, false);
        Ended();
        foreach (var sweep in looked.Sweeps)
            Tell(sweep);
        Context.Parent.Tell(new Surveyed(looked.Sweeps));
    }

    private void OnNotLooked(NotLooked notLooked)
    {
        // A head that is away is told of elsewhere; what else it may be is said once.
        if (!_hasFailed)
            Log.SurveyFailed(_logger, notLooked.Failure.Message);
        (_lookTook, _hasFailed) = (TimeSpan.Zero, true);
        Ended();
    }

    private void Ended()
    {
        (_isLooking, _lookedAt) = (false, _scope.Clock.Now);
        if (_isLast || (_isWanted && !_hasFailed))
            LookIfDue();
    }

    private void Tell(SweepStatus sweep)
    {
        var before = _known.GetValueOrDefault(sweep.Name);
        _known[sweep.Name] = sweep;
        // A sweep that was over before this node came is news only to a node that came for it.
        if (before is null && sweep.Open == 0 && _scope.Options.SweepFilter is null)
            return;
        if (before is null || !LooksLike(before, sweep))
            _scope.Events.Publish(new SweepProgress(sweep));
        if (sweep.Open == 0 && before is not { Open: 0 })
        {
            Log.SweepFinished(_logger, sweep.Name, sweep.Count(TrialState.Succeeded), sweep.Count(TrialState.Failed));
            _scope.Events.Publish(new SweepFinished(sweep));
        }
    }

    private static bool LooksLike(SweepStatus one, SweepStatus other) =>
        one.State == other.State && one.EpochsDone == other.EpochsDone
        && Enum.GetValues<TrialState>().All(state => one.Count(state) == other.Count(state));
}
