namespace VaeSweep.Cli.Dashboard;

/// <summary>Keeps answers until what they tell of has changed, so that ten browsers cost what one does. One that took long to
/// make is kept for ten times as long: however much changes and however many ask, the head gives a tenth of a core to
/// it.</summary>
internal sealed class ReplyCache(TimeProvider time)
{
    private const long MostBytes = 64 << 20;
    private const int Share = 10;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _order = [];
    private long _bytes;

    /// <param name="key">What is asked.</param>
    /// <param name="mark">Changes when the answer may.</param>
    /// <param name="make">Is not cancelled when one of those who wait for it goes.</param>
    /// <returns>The answer, and how long it will be until a newer one can be had; zero of one that is up to date.</returns>
    public async Task<(Reply Reply, TimeSpan Stale)> GetAsync(string key, long mark, Func<Task<Reply>> make)
    {
        Kept kept;
        lock (_gate)
        {
            if (!_kept.TryGetValue(key, out var known) || !IsGood(known, mark))
                kept = Make(key, mark, make);
            else
                kept = known;
            Touch(key);
        }

        try
        {
            var reply = await kept.Reply;
            return (reply, kept.Mark == mark ? TimeSpan.Zero : Left(kept));
        }
        catch
        {
            Forget(key, kept);
            throw;
        }
    }

    private bool IsGood(Kept kept, long mark) => kept.Mark == mark || !kept.Reply.IsCompleted || Left(kept) > TimeSpan.Zero;

    private TimeSpan Left(Kept kept)
    {
        var left = kept.Lasts - time.GetElapsedTime(kept.Made);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private Kept Make(string key, long mark, Func<Task<Reply>> make)
    {
        Drop(key);
        var kept = new Kept(mark, Task.Run(make));
        _kept[key] = kept;
        var began = time.GetTimestamp();
        _ = kept.Reply.ContinueWith(
            _ => Finish(key, kept, began), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return kept;
    }

    private void Finish(string key, Kept kept, long began)
    {
        if (!kept.Reply.IsCompletedSuccessfully)
            return;
        lock (_gate)
        {
            kept.Made = time.GetTimestamp();
            var took = time.GetElapsedTime(began);
            kept.Lasts = took < _shortest ? TimeSpan.Zero : took * Share < _longest ? took * Share : _longest;
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
        while (_order.Count > 1000 && _order.Last is { } oldest)
            Drop(oldest.Value);
    }

    private void Drop(string key)
    {
        if (_kept.Remove(key, out var gone))
            _bytes -= gone.Bytes;
        _order.Remove(key);
    }

    private sealed class Kept(long mark, Task<Reply> reply)
    {
        public long Mark => mark;

        public Task<Reply> Reply => reply;

        public long Made { get; set; }

        public TimeSpan Lasts { get; set; }

        public long Bytes { get; set; }
    }
}
