using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Actors;

/// <summary>Looks after searches, on a head: when trials may have ended, and every second. Beside the coordinator, so that
/// drawing the next points keeps no node waiting; what it proposes enters the Ledger as any owner's wish does.</summary>
internal sealed class SearchActor : ReceiveActor
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);

    private readonly SearchDesk _desk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private ITimer? _timer;
    private bool _isWanted;
    private bool _looksAtAll;
    private bool _isAtWork;
    private string? _told;

    public SearchActor(LedgerStore store, TimeProvider time, ILogger logger)
    {
        (_desk, _time, _logger) = (new SearchDesk(store, logger), time, logger);
        Receive<Look>(look =>
        {
            (_isWanted, _looksAtAll) = (true, _looksAtAll || look.AtAll);
            Begin();
        });
        Receive<Done>(done =>
        {
            _isAtWork = false;
            if (done.Failure is { } failure and not (StoreException or OperationCanceledException or ObjectDisposedException))
                Tell(failure);
            else if (done.Failure is null)
                _told = null;
            Begin();
        });
    }

    /// <summary>Something may have changed.</summary>
    /// <param name="AtAll">At searches whose trials stand as before, too.</param>
    internal sealed record Look(bool AtAll)
    {
        public static Look Now { get; } = new(AtAll: false);
    }

    private sealed record Done(Exception? Failure);

    public static Props Props(LedgerStore store, TimeProvider time, ILogger logger) =>
        Akka.Actor.Props.Create(() => new SearchActor(store, time, logger));

    protected override void PreStart()
    {
        var self = Self;
        _timer = _time.CreateTimer(_ => self.Tell(new Look(AtAll: true)), null, _lookEvery, _lookEvery);
    }

    protected override void PostStop()
    {
        _timer?.Dispose();
        _life.Cancel();
        _life.Dispose();
    }

    // It is tried again every second: once is enough for a person.
    private void Tell(Exception failure)
    {
        if (failure.Message == _told)
            return;
        _told = failure.Message;
        Log.SearchFailed(_logger, failure);
    }

    // What comes meanwhile is one more look.
    private void Begin()
    {
        if (_isAtWork || !_isWanted)
            return;
        (var all, _looksAtAll, _isWanted, _isAtWork) = (_looksAtAll, false, false, true);
        var cancellationToken = _life.Token;
        _ = Task.Run(() => _desk.LookAsync(all, cancellationToken), cancellationToken)
            .PipeTo(Self, success: () => new Done(Failure: null), failure: failure => new Done(failure));
    }
}
