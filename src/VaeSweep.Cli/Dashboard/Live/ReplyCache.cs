namespace VaeSweep.Cli.Dashboard;

/// <summary>Keeps answers until what they tell of has changed, so that ten browsers cost what one does. Those that take long to
/// make are kept for longer: however much changes and however many ask, all of them together are given a fiftieth of a core, as
/// far as the longest time that one is kept for allows.</summary>
internal sealed class ReplyCache(TimeProvider time)
{
    private const long MostBytes = 64 << 20;
    private const int MostKept = 1000;
    private const int Share = 50;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _order = [];
    private long _bytes;

    /// <param name="key">What is asked.</param>
    /// <param name="mark">Changes when the answer may.</param>
    /// <param name="results">Changes when the answer is likely to; the same as <paramref name="mark"/> where nothing else is
    /// known.</param>
    /// <param name="make">Is not cancelled when one of those who wait for it goes.</param>
    /// <returns>The answer, how long it will be until a newer one can be had, and how old it is though what it tells of is likely
    /// to have changed; both zero of one that is up to date.</returns>
    public async Task<(Reply Reply, TimeSpan Stale, TimeSpan Age)> GetAsync(
        string key, long mark, long results, Func<Task<Reply>> make)
    {
        Kept kept;
        lock (_gate)
        {
            if (!_kept.TryGetValue(key, out var known) || !IsGood(known, mark, results))
                kept = Make(key, mark, results, make);
            else
                kept = known;
            kept.Asked = time.GetTimestamp();
            Touch(key);
        }

        try
        {
            var reply = await kept.Reply;
            lock (_gate)
            {
                return (reply, kept.Mark == mark ? TimeSpan.Zero : Left(kept, results),
                    kept.Results == results ? TimeSpan.Zero : time.GetElapsedTime(kept.Began));
            }
        }
        catch
        {
            Forget(key, kept);
            throw;
        }
    }

    private bool IsGood(Kept kept, long mark, long results) =>
        kept.Mark == mark || !kept.Reply.IsCompleted || Left(kept, results) > TimeSpan.Zero;

    private TimeSpan Left(Kept kept, long results)
    {
        var left = (kept.Results == results ? _longest : Lasts(kept)) - time.GetElapsedTime(kept.Made);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>How long an answer is kept though something has changed: what is asked for now is made anew in turn.</summary>
    private TimeSpan Lasts(Kept kept)
    {
        if (kept.Took < _shortest)
            return TimeSpan.Zero;
        var all = TimeSpan.Zero;
        foreach (var one in _kept.Values)
        {
            if (one.Took >= _shortest && one.Reply.IsCompleted && time.GetElapsedTime(one.Asked) < _longest)
                all += one.Took;
        }

        return all * Share < _longest ? all * Share : _longest;
    }

    private Kept Make(string key, long mark, long results, Func<Task<Reply>> make)
    {
        var before = _kept.GetValueOrDefault(key)?.Took ?? TimeSpan.MaxValue;
        Drop(key);
        var began = time.GetTimestamp();
        var kept = new Kept(mark, results, Task.Run(make)) { Began = began, Took = before };
        _kept[key] = kept;
        _ = kept.Reply.ContinueWith(
            _ => Finish(key, kept), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return kept;
    }

    private void Finish(string key, Kept kept)
    {
        if (!kept.Reply.IsCompletedSuccessfully)
            return;
        lock (_gate)
        {
            kept.Made = time.GetTimestamp();
            // A machine that trains makes wait for long what costs little: the shorter time is nearer to the truth.
            var took = time.GetElapsedTime(kept.Began);
            kept.Took = kept.Took < took / 2 ? kept.Took * 2 : took;
            if (!_kept.TryGetValue(key, out var now) || !ReferenceEquals(now, kept))
                return;
            kept.Bytes = kept.Reply.Result.Bytes.Length;
            _bytes += kept.Bytes;
            while (_bytes > MostBytes && _order.Last is { } oldest && oldest.Value != key)
                Drop(oldest.Value);
        }
    }

    private void Forget(string key, Kept kept)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(key, out var now) && ReferenceEquals(now, kept))
                Drop(key);
        }
    }

    private void Touch(string key)
    {
        _order.Remove(key);
        _order.AddFirst(key);
        while (_order.Count > MostKept && _order.Last is { } oldest)
            Drop(oldest.Value);
    }

    private void Drop(string key)
    {
        if (_kept.Remove(key, out var gone))
            _bytes -= gone.Bytes;
        _order.Remove(key);
    }

    private sealed class Kept(long mark, long results, Task<Reply> reply)
    {
        public long Mark => mark;

        public long Results => results;

        public Task<Reply> Reply => reply;

        public long Began { get; init; }

        public long Made { get; set; }

        /// <summary>What it costs to make; of one that is being made: what it did the last time.</summary>
        public TimeSpan Took { get; set; }

        /// <summary>When somebody wanted it last.</summary>
        public long Asked { get; set; }

        public long Bytes { get; set; }
    }
}
