using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Former;

/// <summary>Looks after the whole: takes back expired leases, takes out dead neighbours, prunes checkpoints, and notices the end of sweeps.</summary>
/// <remarks>One node leads, for economy alone: everything here is safe to do twice, and whoever leads may die at any time.</remarks>
internal sealed class CoordinatorActor : ReceiveActor, IWithTimers
{
    private const string Duty = "coordinator";
    private const int PrunedAtATime = 200;
    private static readonly TimeSpan SurveyEvery = TimeSpan.FromSeconds(1);

    /// <summary>A node that stays whatever happens only tells how sweeps stand: with hundreds of nodes, looking is to cost the store little.</summary>
    private static readonly TimeSpan IdleSurveyEvery = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks passes this many times what a look took.</summary>
    private const int PauseFactor = 20;
    private static readonly TimeSpan DutiesEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NeighboursEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FilesEvery = TimeSpan.FromSeconds(30);

    /// <summary>A dead leader is replaced within this and one <see cref="DutiesEvery"/>.</summary>
    private static readonly TimeSpan DutyLease = TimeSpan.FromSeconds(3.5);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TidyLimit = TimeSpan.FromMinutes(10);

    private readonly NodeOptions _options;
    private readonly StoreClient _store;
    private readonly string _node;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly Dictionary<string, SweepStatus> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<TimeSpan, long> _doneAt = [];
    private TimeSpan _lookTook;
    private long? _lookedAt;
    private readonly HashSet<string> _tidied = new(StringComparer.Ordinal);
    private long? _term;
    private bool _surveying;
    private bool _wanted;
    private bool _last;
    private bool _again;
    private bool _pruneAsked;

    public CoordinatorActor(NodeOptions options, StoreClient store, string node)
    {
        _options = options;
        _store = store;
        _node = node;
        _logger = options.LoggerFactory.CreateLogger("VaeSweep.Coordinator");
        Receive<SurveyNow>(now =>
        {
            _wanted = true;
            _last |= now.Last;
            Begin();
        });
        Receive<Tick>(_ => Begin());
        Receive<Prune>(_ => _pruneAsked = true);
        Receive<Survey>(OnSurvey);
        Receive<SurveyFailed>(_ => Done());
        Receive<Status.Failure>(failure => ExceptionDispatchInfo.Throw(failure.Cause));
        ReceiveAsync<Resign>(_ => ResignAsync());
    }

    /// <summary>Something ended here: look soon.</summary>
    /// <param name="Last">Nothing is left to train here, and the node may be waiting for nothing but this look: at once, whatever looks cost.</param>
    internal sealed record SurveyNow(bool Last = false);

    /// <summary>Checkpoints were recorded, so that older ones may be obsolete.</summary>
    internal sealed record Prune;

    /// <summary>Gives the duty back, prunes for the last time and takes this node out; answered with <see cref="Status.Success"/>.</summary>
    internal sealed record Resign;

    /// <param name="Sweeps">Null when it was not yet time to look.</param>
    private sealed record Survey(IReadOnlyList<SweepStatus>? Sweeps, TimeSpan LookTook, bool DidDuties, long? Term, int Requeued);

    private readonly record struct Plan(bool Duties, bool Neighbours, bool Files, bool Prune, bool Look)
    {
        public bool IsEmpty => this == default;
    }

    private sealed record Tick;

    private sealed record SurveyFailed;

    public ITimerScheduler Timers { get; set; } = null!;

    protected internal override void PreStart()
    {
        Timers.StartPeriodicTimer("survey", new Tick(), SurveyEvery);
        Begin();
    }

    protected internal override void PostStop() => _life.Cancel();

    private void Begin()
    {
        if (_surveying)
        {
            _again = true;
            return;
        }

        var plan = new Plan(IsDue(DutiesEvery), IsDue(NeighboursEvery), Files: IsDue(FilesEvery), _pruneAsked, IsTimeToLook());
        if (_wanted && !plan.Look)
        {
            // Not at the timer's next turn: a node whose sweep others finish leaves by a look that their news asked for.
            var left = (_lookTook * PauseFactor) - _options.TimeProvider.GetElapsedTime(_lookedAt!.Value);
            Timers.StartSingleTimer("look", new Tick(), left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        if (plan.IsEmpty)
        {
            return;
        }

        _surveying = true;
        _wanted &= !plan.Look;
        _last &= !plan.Look;
        foreach (var done in new[] { (DutiesEvery, plan.Duties), (NeighboursEvery, plan.Neighbours), (FilesEvery, plan.Files) }.Where(d => d.Item2))
        {
            _doneAt[done.Item1] = _options.TimeProvider.GetTimestamp();
        }

        _pruneAsked = false;
        _ = LookAsync(plan)
            .PipeTo(Self, failure: e => StoreClient.IsTransient(e) || e is OperationCanceledException ? new SurveyFailed() : new Status.Failure(e));
    }

    private bool IsDue(TimeSpan every) => !_doneAt.TryGetValue(every, out var done) || _options.TimeProvider.GetElapsedTime(done) >= every * 0.9;

    /// <summary>Asked for more often than it is worth, it is put off, not forgotten: a timer asks again.</summary>
    private bool IsTimeToLook()
    {
        if (_lookedAt is not { } at || _last)
        {
            return true;
        }

        var since = _options.TimeProvider.GetElapsedTime(at);
        return since >= _lookTook * PauseFactor && (_wanted || since >= (_options.ExitWhenDone ? SurveyEvery : IdleSurveyEvery) * 0.9);
    }

    private async Task<Survey> LookAsync(Plan plan)
    {
        var survey = await _store.Once((store, ct) => SurveyAsync(store, plan, ct), CallLimit, _life.Token);
        await TidyAsync(survey.Sweeps ?? []);
        return survey;
    }

    /// <summary>Once a sweep is over, nothing is left of those who were killed at it. One survey runs at a time, so that nobody else uses the set.</summary>
    private async Task TidyAsync(IReadOnlyList<SweepStatus> sweeps)
    {
        // Where the store keeps the files, what lies on this machine's disk is scratch, and perhaps another store's.
        if (_options.Store.KeepsFiles)
        {
            return;
        }

        _tidied.ExceptWith(sweeps.Where(sweep => sweep.Open > 0).Select(sweep => sweep.Name));
        foreach (var sweep in sweeps.Where(sweep => sweep.Open == 0 && !_tidied.Contains(sweep.Name)))
        {
            var deleted = await _store.Once(
                (store, ct) => Leftovers.DeleteAsync(store, sweep.Name, _options.ArtifactsFolder, _options.Disk, ct), TidyLimit, _life.Token);
            _tidied.Add(sweep.Name);
            if (deleted > 0)
            {
                Log.LeftoversDeleted(_logger, sweep.Name, deleted);
            }
        }
    }

    private async Task<Survey> SurveyAsync(IStore store, Plan plan, CancellationToken cancellationToken)
    {
        var requeued = 0;
        long? term = null;
        if (plan.Neighbours)
        {
            requeued += await DeadNeighbours.EvictAsync(store, _node, (node, attempts) => Log.NodeEvicted(_logger, node, attempts), cancellationToken);
        }

        if (plan.Duties)
        {
            term = await store.TryLeadAsync(Duty, _node, DutyLease, cancellationToken);
            if (term is not null)
            {
                var expired = await store.RequeueExpiredAsync(cancellationToken);
                requeued += expired.Count;
                foreach (var attempt in expired)
                {
                    Log.AttemptExpired(_logger, attempt.TrialKey, attempt.Attempt);
                }
            }
        }

        var leads = (term ?? _term) is not null;
        if (plan.Files && leads)
        {
            await CheckpointBudget.KeepAsync(store, _options.Disk, _logger, cancellationToken);
        }

        if (plan.Prune || term is not null)
        {
            await PruneAsync(store, cancellationToken);
        }

        if (plan.Files && leads && store.KeepsFiles && await store.DropFilesAsync(cancellationToken) is var dropped and > 0)
        {
            Log.FilesDropped(_logger, dropped);
        }

        if (!plan.Look)
        {
            return new Survey(null, TimeSpan.Zero, plan.Duties, term, requeued);
        }

        var began = _options.TimeProvider.GetTimestamp();

        var sweeps = _options.SweepFilter is { } name
            ? await store.GetSweepAsync(name, cancellationToken) is { } one ? [one] : []
            : await store.ListSweepsAsync(cancellationToken);
        return new Survey(sweeps, _options.TimeProvider.GetElapsedTime(began), plan.Duties, term, requeued);
    }

    private async Task PruneAsync(IStore store, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> obsolete;
        do
        {
            obsolete = await store.TakeObsoleteCheckpointsAsync(PrunedAtATime, cancellationToken);
            // Those in the store go with DropFilesAsync.
            List<string> files = [.. obsolete.Where(path => !KeptFile.IsOne(path))];
            if (files.Count > 0)
            {
                Log.CheckpointsPruned(_logger, _options.Disk.Delete(files), files.Count);
            }
        }
        while (obsolete.Count == PrunedAtATime);
    }

    private void OnSurvey(Survey survey)
    {
        if (survey.DidDuties)
        {
            if (_term is null && survey.Term is { } won)
            {
                Log.Leading(_logger, _node, won);
            }

            _term = survey.Term;
        }

        if (survey.Sweeps is { } sweeps)
        {
            (_lookTook, _lookedAt) = (survey.LookTook, _options.TimeProvider.GetTimestamp());
            foreach (var sweep in sweeps)
            {
                Tell(sweep);
            }

            Context.Parent.Tell(new NodeActor.Surveyed(sweeps));
        }

        if (survey.Requeued > 0)
        {
            Context.Parent.Tell(new NodeActor.WakeUp());
        }

        Done();
    }

    private void Tell(SweepStatus sweep)
    {
        var before = _known.GetValueOrDefault(sweep.Name);
        _known[sweep.Name] = sweep;
        // A sweep that was over before this node came is news only to a node that came for it.
        if (before is null && sweep.Open == 0 && _options.SweepFilter is null)
        {
            return;
        }

        if (before is null || before.State != sweep.State || before.EpochsDone != sweep.EpochsDone || !SameCounts(before, sweep))
        {
            Context.System.EventStream.Publish(new SweepProgress(sweep));
        }

        if (sweep.Open == 0 && before is not { Open: 0 })
        {
            Log.SweepFinished(_logger, sweep.Name, sweep.Count(Sweeps.TrialState.Succeeded), sweep.Count(Sweeps.TrialState.Failed));
            Context.System.EventStream.Publish(new SweepFinished(sweep));
        }
    }

    private static bool SameCounts(SweepStatus a, SweepStatus b) => Enum.GetValues<Sweeps.TrialState>().All(state => a.Count(state) == b.Count(state));

    private void Done()
    {
        _surveying = false;
        if (_again)
        {
            _again = false;
            Begin();
        }
    }

    private async Task ResignAsync()
    {
        var asker = Sender;
        try
        {
            await _store.Once(
                async (store, ct) =>
                {
                    if (_term is not null)
                    {
                        await CheckpointBudget.KeepAsync(store, _options.Disk, _logger, ct);
                    }

                    await PruneAsync(store, ct);
                    if (_term is { } term)
                    {
                        await store.ResignAsync(Duty, _node, term, ct);
                    }

                    return await store.EvictNodeAsync(_node, ct);
                },
                CallLimit,
                _life.Token);
        }
        catch (Exception e) when (StoreClient.IsTransient(e))
        {
            // The duty falls to another when its lease has run out.
        }

        asker.Tell(new Status.Success(Value: null));
    }
}
