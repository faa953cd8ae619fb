using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>What the attempts of a node have told and is not durable at the head yet: numbered, kept across connections and
/// heads, sent until confirmed. It lives as long as the node's process.</summary>
/// <remarks>
/// A worker adds an attempt's entries in their order. Where head and nodes share no folder, a checkpoint or end is added when its
/// file has arrived at the head; what other attempts tell meanwhile does not wait for it. Of an attempt that was lost nothing
/// more is to be added; what is here already is sent, and passed over by the head.
/// </remarks>
public sealed class Outbox
{
    /// <summary>The largest entry that a message can carry.</summary>
    public const int MostEntryBytes = MessageCodec.MostBytes - 8_192;

    /// <summary>Batches that are under way without the head having them.</summary>
    private const int MostUnderWay = 4;

    /// <summary>What may wait at the head for its disk.</summary>
    private const long MostUnkeptBytes = 8_000_000;

    private readonly GatewayOptions _options;
    private readonly ProtocolRules _rules;
    private readonly List<Entry> _entries = [];
    private readonly Queue<(long Last, long Bytes)> _underWay = [];
    private readonly Queue<(long Last, long Bytes)> _unkept = [];
    private readonly Dictionary<AttemptFence, long> _ending = [];
    private long _generation;
    private long _first = 1;
    private long _received;
    private long _sent;
    private long _unkeptBytes;
    private int _window = MostUnderWay;
    private TimeSpan _movedAt;

    internal Outbox(GatewayOptions options, ProtocolRules rules) => (_options, _rules) = (options, rules);

    /// <summary>Workers are to read no more from their trainers, which so come to a halt: the head was away for long.</summary>
    public bool IsFull => Bytes >= _options.OutboxBytes;

    /// <summary>About what it holds.</summary>
    public long Bytes { get; private set; }

    /// <summary>Number of the first entry that it has or will have.</summary>
    public long First => _first;

    public int Count => _entries.Count;

    /// <summary>Attempts whose ends are not durable yet: their node holds them still.</summary>
    public IReadOnlyCollection<AttemptFence> Ending => _ending.Keys;

    /// <summary>When something is to be sent again; null when nothing is under way.</summary>
    public TimeSpan? ResendAt => _underWay.Count > 0 && _rules.Resends ? _movedAt + _options.ResendAfter : null;

    private long Last => _first + _entries.Count - 1;

    /// <summary>Keeps what an attempt tells.</summary>
    /// <returns>False when the attempt is another history's, and lost.</returns>
    /// <exception cref="ArgumentException">No message can carry it.</exception>
    public bool Add(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.MostBytes > MostEntryBytes)
        {
            throw new ArgumentException(
                $"What trial {entry.Attempt.Trial} tells may take {entry.MostBytes} bytes; a message carries {MostEntryBytes}.",
                nameof(entry));
        }

        if (entry.Attempt.Generation != _generation)
            return false;
        _entries.Add(entry);
        Bytes += entry.MostBytes;
        if (entry is EndEntry)
            _ending[entry.Attempt] = Last;
        return true;
    }

    /// <summary>The next batch that is to be sent now; asked for until there is none. While one is under way, small entries wait
    /// for each other.</summary>
    public (long First, IReadOnlyList<Entry> Entries)? Next(TimeSpan now)
    {
        if (ResendAt <= now)
        {
            // One at a time until the head answers: it may not be there.
            GoBack();
            (_window, _movedAt) = (1, now);
        }

        if (_sent == Last || _underWay.Count >= _window || _unkeptBytes >= MostUnkeptBytes)
            return null;
        var from = (int)(_sent + 1 - _first);
        var (count, bytes) = (0, 0L);
        for (; from + count < _entries.Count; count++)
        {
            var next = _entries[from + count].MostBytes;
            if (count > 0 && bytes + next > _options.BatchBytes)
                break;
            bytes += next;
        }

        var isFull = from + count < _entries.Count || bytes >= _options.BatchBytes;
        if (_underWay.Count > 0 && !isFull)
            return null;
        if (_underWay.Count == 0)
            _movedAt = now;
        var first = _sent + 1;
        _sent += count;
        _underWay.Enqueue((_sent, bytes));
        _unkept.Enqueue((_sent, bytes));
        _unkeptBytes += bytes;
        return (first, _entries.GetRange(from, count));
    }

    /// <summary>The head has entries up to a number, and has committed them up to another. Both only grow within a
    /// session.</summary>
    public void Confirm(long received, long durable, TimeSpan now)
    {
        var had = _received;
        _received = Math.Clamp(received, _received, Last);
        while (_underWay.TryPeek(out var batch) && batch.Last <= _received)
            _underWay.Dequeue();
        // What was sent twice may be confirmed before the second time.
        _sent = Math.Max(_sent, _received);
        if (_received > had)
            (_window, _movedAt) = (MostUnderWay, now);
        Forget(Math.Min(durable, _received));
    }

    /// <summary>Another session: the head that is there now has entries up to a number, which may be less than an earlier one
    /// had.</summary>
    public void Begin(long received, TimeSpan now)
    {
        _received = Math.Clamp(received, _first - 1, Last);
        GoBack();
        (_window, _movedAt) = (MostUnderWay, now);
    }

    /// <summary>Another history: whatever is here is lost, and numbers start anew.</summary>
    public void Clear(long generation)
    {
        _entries.Clear();
        _underWay.Clear();
        _unkept.Clear();
        _ending.Clear();
        (_first, _received, _sent, _unkeptBytes, Bytes, _generation) = (1, 0, 0, 0, 0, generation);
    }

    private void GoBack()
    {
        _sent = _received;
        _underWay.Clear();
        var had = _unkept.Where(batch => batch.Last <= _received).ToList();
        _unkept.Clear();
        had.ForEach(_unkept.Enqueue);
        _unkeptBytes = had.Sum(batch => batch.Bytes);
    }

    private void Forget(long durable)
    {
        var count = (int)(durable + 1 - _first);
        if (count <= 0)
            return;
        for (var i = 0; i < count; i++)
        {
            var entry = _entries[i];
            Bytes -= entry.MostBytes;
            if (entry is EndEntry && _ending.GetValueOrDefault(entry.Attempt) <= durable)
                _ending.Remove(entry.Attempt);
        }

        _entries.RemoveRange(0, count);
        _first = durable + 1;
        while (_unkept.TryPeek(out var batch) && batch.Last <= durable)
            _unkeptBytes -= _unkept.Dequeue().Bytes;
    }
}
