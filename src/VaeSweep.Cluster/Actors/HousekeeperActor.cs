using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Files;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Actors;

/// <summary>Deletes files that nobody needs any more, on a head's machine: checkpoints that a newer one has made obsolete, those
/// above the store's budget, and what killed attempts of finished sweeps have left.</summary>
/// <remarks>All of it may be done late or twice. It runs beside the actors, one thing at a time, so that a slow disk keeps nobody
/// waiting.</remarks>
internal sealed class HousekeeperActor : ReceiveActor
{
    /// <summary>Looks at the folder of a sweep of which trials were deleted: their workers may still write until they hear of
    /// it.</summary>
    private const int LooksAfterDeletion = 12;

    private static readonly TimeSpan _pruneEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _tidyEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _countEvery = TimeSpan.FromSeconds(30);

    private readonly IStore _store;
    private readonly string? _folder;
    private readonly ArtifactDisk _disk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly HashSet<string> _tidied = new(StringComparer.Ordinal);
    private readonly List<ITimer> _timers = [];

    // Of each sweep, how many trials it had when they were last counted, and how often its folder is to be looked at.
    private Dictionary<string, long> _trials = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _shrunk = new(StringComparer.Ordinal);
    private string? _own;
    private Work _wanted;
    private bool _isAtWork;
    private IActorRef? _waits;

    /// <param name="folder">Of checkpoints and models; null where there is none.</param>
    public HousekeeperActor(IStore store, string? folder, ArtifactDisk disk, TimeProvider time, ILogger logger)
    {
        (_store, _folder, _disk, _time, _logger) = (store, folder, disk, time, logger);
        Receive<Work>(work =>
        {
            _wanted |= work;
            Begin();
        });
        Receive<LastTime>(_ =>
        {
            _waits = Sender;
            _wanted = Work.All;
            Begin();
        });
        Receive<Done>(done =>
        {
            _isAtWork = false;
            if (done.Failure is { } failure and not (StoreException or OperationCanceledException or ObjectDisposedException))
                Log.HousekeepingFailed(_logger, failure);
            Begin();
        });
    }

    [Flags]
    internal enum Work
    {
        None = 0,
        Prune = 1,
        Tidy = 2,
        Count = 4,
        All = Prune | Tidy | Count,
    }

    /// <summary>The head ends: look after everything once more, then answer with <see cref="Finished"/>.</summary>
    internal sealed record LastTime;

    internal sealed record Finished;

    private sealed record Done(Exception? Failure);

    public static Props Props(IStore store, string? folder, ArtifactDisk disk, TimeProvider time, ILogger logger) =>
        Akka.Actor.Props.Create(() => new HousekeeperActor(store, folder, disk, time, logger));

    protected override void PreStart()
    {
        var self = Self;
        foreach (var (work, every) in new[] { (Work.Prune, _pruneEvery), (Work.Tidy, _tidyEvery), (Work.Count, _countEvery) })
            _timers.Add(_time.CreateTimer(_ => self.Tell(work), null, every, every));
    }

    protected override void PostStop()
    {
        _timers.ForEach(timer => timer.Dispose());
        _life.Cancel();
        _life.Dispose();
    }

    private void Begin()
    {
        if (_isAtWork)
            return;
        if (_wanted == Work.None)
        {
            _waits?.Tell(new Finished());
            return;
        }

        (var work, _wanted, _isAtWork) = (_wanted, Work.None, true);
        var cancellationToken = _life.Token;
        _ = Task.Run(() => WorkAsync(work, cancellationToken), cancellationToken)
            .PipeTo(Self, success: () => new Done(Failure: null), failure: failure => new Done(failure));
    }

    // One after the other: nobody else uses the set.
    private async Task WorkAsync(Work work, CancellationToken cancellationToken)
    {
        if (work.HasFlag(Work.Count))
            await CheckpointBudget.KeepAsync(_store, _folder, _disk, _logger, cancellationToken);
        if (work.HasFlag(Work.Prune))
        {
            await Leftovers.PruneAsync(
                _store, _disk, (deleted, of) => Log.CheckpointsPruned(_logger, deleted, of), cancellationToken);
        }

        if (work.HasFlag(Work.Tidy) && _folder is not null)
            await TidyAsync(_folder, cancellationToken);
    }

    /// <summary>Once a sweep is over, nothing is left of those who were killed at it.</summary>
    private async Task TidyAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            return;
        _own ??= await ArtifactsFolder.OfAsync(_store, folder, cancellationToken);
        var sweeps = await _store.ListSweepsAsync(cancellationToken);
        await TidyDeletedAsync(sweeps, _own, cancellationToken);
        _tidied.ExceptWith(sweeps.Where(sweep => sweep.Open > 0).Select(sweep => sweep.Name));
        foreach (var sweep in sweeps.Where(sweep => sweep.Open == 0 && !_tidied.Contains(sweep.Name)))
        {
            var deleted = await Leftovers.DeleteAsync(_store, sweep.Name, _own, _disk, cancellationToken);
            _tidied.Add(sweep.Name);
            if (deleted > 0)
                Log.LeftoversDeleted(_logger, sweep.Name, deleted);
        }
    }

    private async Task TidyDeletedAsync(IReadOnlyList<SweepStatus> sweeps, string folder, CancellationToken cancellationToken)
    {
        if (_store is not IHousekeeping housekeeping)
            return;
        var now = sweeps.ToDictionary(sweep => sweep.Name, sweep => sweep.Total, StringComparer.Ordinal);
        foreach (var (name, trials) in _trials)
        {
            if (now.GetValueOrDefault(name) < trials)
                _shrunk[name] = LooksAfterDeletion;
        }

        _trials = now;
        foreach (var name in _shrunk.Keys.ToList())
        {
            await Leftovers.DeleteOfDeletedAsync(housekeeping, name, folder, _disk, cancellationToken);
            if (--_shrunk[name] == 0)
                _shrunk.Remove(name);
        }
    }
}
