using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Former;

/// <summary>Writes the reports of a node's workers, many at a time and in the order they came. Keeps what the store cannot take yet.</summary>
/// <remarks>One write at a time and one queue: nothing is overtaken, so a checkpoint is recorded with or after the epochs it covers.</remarks>
internal sealed class AggregatorActor : ReceiveActor, IWithTimers
{
    private const int LargestBatch = 500;

    private readonly NodeOptions _options;
    private readonly StoreClient _store;
    private readonly CancellationTokenSource _life = new();
    private readonly LinkedList<Item> _waiting = [];
    private readonly List<Item> _writing = [];
    private readonly List<(long UpTo, AttemptKey Attempt, IActorRef Asker)> _flushes = [];
    private readonly HashSet<AttemptKey> _closed = [];
    private readonly Dictionary<AttemptKey, string> _scratch = [];
    private long _lastNumber;

    public AggregatorActor(NodeOptions options, StoreClient store)
    {
        _options = options;
        _store = store;
        Receive<Report>(OnReport);
        Receive<Flush>(OnFlush);
        Receive<Drop>(drop => OnDrop(drop.Attempt));
        Receive<Send>(_ => SendNow());
        Receive<Written>(OnWritten);
        Receive<Status.Failure>(failure =>
        {
            if (failure.Cause is not OperationCanceledException)
            {
                throw new InvalidOperationException($"the store refused reports in a way that waiting does not mend: {failure.Cause.Message}", failure.Cause);
            }
        });
    }

    /// <summary>An epoch or a checkpoint of the sender's attempt.</summary>
    internal sealed record Report(AttemptKey Attempt, EpochReport? Epoch, AttemptCheckpoint? Checkpoint, Credits Credits, NodeEvent? Progress);

    /// <summary>Asks for a <see cref="Flushed"/> when everything before is stored.</summary>
    internal sealed record Flush(AttemptKey Attempt);

    /// <param name="Accepted">False when the store refused the attempt: its lease has passed on.</param>
    internal sealed record Flushed(bool Accepted);

    /// <summary>The attempt is lost: nothing more of it is to be written.</summary>
    internal sealed record Drop(AttemptKey Attempt);

    /// <summary>To the worker: the store refused its reports.</summary>
    internal sealed record Refused(AttemptKey Attempt);

    private sealed record Send;

    private sealed record Written(IReadOnlySet<AttemptKey> Refused);

    private sealed record Item(long Number, Report Report, IActorRef Owner);

    public ITimerScheduler Timers { get; set; } = null!;

    protected internal override void PostStop() => _life.Cancel();

    private void OnReport(Report report)
    {
        if (_closed.Contains(report.Attempt))
        {
            report.Credits.Return(1);
            return;
        }

        _waiting.AddLast(new Item(++_lastNumber, report, Sender));
        if (report.Progress is { } progress)
        {
            Context.System.EventStream.Publish(progress);
        }

        SendWhenWorthIt();
    }

    private void OnFlush(Flush flush)
    {
        _flushes.Add((_lastNumber, flush.Attempt, Sender));
        AnswerFlushes();
        SendWhenWorthIt();
    }

    private void OnDrop(AttemptKey attempt)
    {
        _closed.Add(attempt);
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Report.Attempt == attempt)
            {
                node.Value.Report.Credits.Return(1);
                _waiting.Remove(node);
            }

            node = next;
        }

        AnswerFlushes();
    }

    private void SendWhenWorthIt()
    {
        if (_waiting.Count == 0 || _writing.Count > 0)
        {
            return;
        }

        if (_waiting.Count >= LargestBatch || _flushes.Count > 0)
        {
            SendNow();
        }
        else if (!Timers.IsTimerActive("send"))
        {
            Timers.StartSingleTimer("send", new Send(), _options.BatchDelay);
        }
    }

    private void SendNow()
    {
        Timers.Cancel("send");
        if (_waiting.Count == 0 || _writing.Count > 0)
        {
            return;
        }

        while (_writing.Count < LargestBatch && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            _writing.Add(first.Value);
        }

        var batch = new ReportBatch(
            [.. _writing.Where(i => i.Report.Epoch is not null).Select(i => new AttemptEpoch(i.Report.Attempt, i.Report.Epoch!))],
            [.. _writing.Where(i => i.Report.Checkpoint is not null).Select(i => i.Report.Checkpoint!.Value)]);
        _ = _store.Patiently((store, ct) => WriteAsync(store, batch, ct), _life.Token).PipeTo(Self, success: refused => new Written(refused));
    }

    private async Task<IReadOnlySet<AttemptKey>> WriteAsync(IStore store, ReportBatch batch, CancellationToken cancellationToken)
    {
        if (!_options.FilesInStore)
        {
            return await store.AppendAsync(batch, cancellationToken);
        }

        // Of several checkpoints that waited together only the last is of use.
        var kept = new List<AttemptCheckpoint>();
        foreach (var last in batch.Checkpoints.GroupBy(c => c.Attempt).Select(c => c.Last()))
        {
            if (await StoredFiles.PutAsync(store, last.Attempt, _options.ArtifactsFolder, last.Path, cancellationToken) is { } name)
            {
                kept.Add(last with { Path = name, Best = false });
            }
        }

        return await store.AppendAsync(batch with { Checkpoints = kept }, cancellationToken);
    }

    /// <summary>Of files that are kept in the store the disk holds each attempt's newest alone.</summary>
    private void ClearScratch()
    {
        foreach (var checkpoint in _writing.Select(i => i.Report.Checkpoint).OfType<AttemptCheckpoint>())
        {
            if (_scratch.TryGetValue(checkpoint.Attempt, out var older) && older != checkpoint.Path)
            {
                _options.Disk.Delete([older]);
            }

            _scratch[checkpoint.Attempt] = checkpoint.Path;
        }
    }

    private void OnWritten(Written written)
    {
        if (_options.FilesInStore)
        {
            ClearScratch();
        }

        foreach (var item in _writing)
        {
            item.Report.Credits.Return(1);
            if (written.Refused.Contains(item.Report.Attempt) && _closed.Add(item.Report.Attempt))
            {
                item.Owner.Tell(new Refused(item.Report.Attempt));
            }
        }

        if (_writing.Exists(i => i.Report.Checkpoint is not null))
        {
            Context.Parent.Tell(new NodeActor.CheckpointsRecorded());
        }

        _writing.Clear();
        foreach (var attempt in written.Refused)
        {
            OnDrop(attempt);
        }

        AnswerFlushes();
        SendWhenWorthIt();
    }

    private void AnswerFlushes()
    {
        var oldest = _writing.Count > 0 ? _writing[0].Number : _waiting.First?.Value.Number ?? long.MaxValue;
        _flushes.RemoveAll(flush =>
        {
            var closed = _closed.Contains(flush.Attempt);
            if (!closed && oldest <= flush.UpTo)
            {
                return false;
            }

            flush.Asker.Tell(new Flushed(!closed));
            return true;
        });
    }
}
