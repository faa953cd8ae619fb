using VaeSweep.Cli.Dashboard;

namespace VaeSweep.Cli.Tests.Dashboard;

/// <summary>What is asked by many, while much changes, costs little.</summary>
public sealed class ReplyCacheTests
{
    private readonly Clock _clock = new();
    private int _made;

    [Fact]
    public async Task A_cheap_answer_is_made_anew_when_what_it_tells_of_has_changed()
    {
        var cache = new ReplyCache(_clock);

        Assert.Equal(("1", 0), await AskAsync(cache, "a", mark: 1, results: 1));
        Assert.Equal(("1", 0), await AskAsync(cache, "a", mark: 1, results: 1));
        Assert.Equal(("2", 0), await AskAsync(cache, "a", mark: 2, results: 2));
    }

    [Fact]
    public async Task An_answer_about_results_is_kept_while_only_epochs_come_but_not_for_ever()
    {
        var cache = new ReplyCache(_clock);
        await AskAsync(cache, "a", mark: 1, results: 1);

        Assert.Equal(("1", 30), await AskAsync(cache, "a", mark: 2, results: 1));
        _clock.Advance(20);
        Assert.Equal(("1", 10), await AskAsync(cache, "a", mark: 3, results: 1));
        _clock.Advance(10);
        Assert.Equal(("2", 0), await AskAsync(cache, "a", mark: 4, results: 1));
        Assert.Equal(("3", 0), await AskAsync(cache, "a", mark: 5, results: 2));
    }

    [Fact]
    public async Task Answers_that_take_long_are_made_anew_in_turn_within_a_fiftieth_of_the_time()
    {
        var cache = new ReplyCache(_clock);
        await AskAsync(cache, "a", mark: 1, results: 1, takes: 0.1);

        Assert.Equal(("1", 5), await AskAsync(cache, "a", mark: 2, results: 2, takes: 0.1));
        await AskAsync(cache, "b", mark: 2, results: 2, takes: 0.2);
        Assert.Equal("1", (await AskAsync(cache, "a", mark: 3, results: 3, takes: 0.1)).Text);
        _clock.Advance(14);
        Assert.Equal("1", (await AskAsync(cache, "a", mark: 4, results: 4, takes: 0.1)).Text);
        _clock.Advance(1);
        Assert.Equal(("3", 0), await AskAsync(cache, "a", mark: 5, results: 5, takes: 0.1));
        // Once it had to wait for the processor: it costs what it did, or twice that at most.
        _clock.Advance(60);
        await AskAsync(cache, "a", mark: 6, results: 6, takes: 3);
        Assert.Equal(("4", 10), await AskAsync(cache, "a", mark: 7, results: 7));
    }

    [Fact]
    public async Task Who_asks_while_it_is_made_gets_the_same_and_a_failure_is_not_kept()
    {
        var cache = new ReplyCache(_clock);
        var gate = new TaskCompletionSource<Reply>();
        var first = cache.GetAsync("a", 1, 1, () => gate.Task);
        var second = cache.GetAsync("a", 2, 2, () => throw new InvalidOperationException("made twice"));
        gate.SetException(new HttpFault(503, "away"));

        await Assert.ThrowsAsync<HttpFault>(() => first);
        await Assert.ThrowsAsync<HttpFault>(() => second);
        Assert.Equal(("1", 0), await AskAsync(cache, "a", mark: 2, results: 2));
    }

    [Fact]
    public async Task An_answer_says_how_old_it_is_once_what_it_tells_of_has_changed()
    {
        var cache = new ReplyCache(_clock);
        await AgeAsync(cache, mark: 1, results: 1);

        _clock.Advance(4);
        Assert.Equal(0, await AgeAsync(cache, mark: 2, results: 1));
        Assert.Equal(5, await AgeAsync(cache, mark: 3, results: 2));
        _clock.Advance(7);
        Assert.Equal(12, await AgeAsync(cache, mark: 4, results: 3));
        _clock.Advance(60);
        Assert.Equal(0, await AgeAsync(cache, mark: 5, results: 4));
    }

    /// <returns>Seconds since it was begun, of an answer that takes one.</returns>
    private async Task<double> AgeAsync(ReplyCache cache, long mark, long results)
    {
        var (_, _, age) = await cache.GetAsync("a", mark, results, () =>
        {
            _clock.Advance(1);
            return Task.FromResult(Reply.Text("table"));
        });
        return Math.Round(age.TotalSeconds, 3);
    }

    /// <returns>The answer, which says how many were made, and seconds until a newer one can be had.</returns>
    private async Task<(string Text, double Stale)> AskAsync(
        ReplyCache cache, string key, long mark, long results, double takes = 0)
    {
        var (reply, stale, _) = await cache.GetAsync(key, mark, results, () =>
        {
            _clock.Advance(takes);
            return Task.FromResult(Reply.Text($"{++_made}"));
        });
        return (System.Text.Encoding.UTF8.GetString(reply.Bytes), Math.Round(stale.TotalSeconds, 3));
    }

    private sealed class Clock : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public void Advance(double seconds) => Interlocked.Add(ref _now, TimeSpan.FromSeconds(seconds).Ticks);
    }
}
