using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Store.Tests;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>A desk and its callers, without a network: what a call costs, how it ends, and what comes of frames that are
/// wrong.</summary>
public sealed class CommandDeskTests : IAsyncLifetime
{
    private const string DeskToken = "token";

    private readonly FakeTimeProvider _time = new();
    private readonly LoggedLines _lines = new();
    private readonly LedgerStore _store = new(new MemoryLedgerLog(), new ManualTime());
    private CommandDesk _desk = null!;
    private MemoryLink _link = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Serve(null);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_desk_of_another_version_is_told_of_in_both_versions()
    {
        _link.Meddle = frame => [9, .. frame.AsSpan(1)];

        var refused = await Assert.ThrowsAsync<StoreException>(() => Remote().ListSweepsAsync(Token));

        Assert.Contains("speaks version 9 of the command channel", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"version {Frame.ThisVersion}.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _desk.Calls);
    }

    [Fact]
    public async Task What_is_not_for_commands_is_refused_in_words()
    {
        IStore remote = Remote();

        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => remote.ClaimAsync(Some.Claim(), Token));
        await Assert.ThrowsAsync<NotSupportedException>(() => remote.FinishAsync(new AttemptKey(1, 1), Some.Success(), Token));

        Assert.Contains("nodes do", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Exception> Failures => new((IEnumerable<Exception>)
    [
        new StoreException("words"), new StoreQueryException("words", 17), new StoreQueryException("words", null),
        new StoreDamagedException("words"), new StoreFullException("/a/store", 12, 3), new StoreOutdatedException("words"),
        new StoreInUseException("words", null), new StoreUnreachableException("words"), new ArgumentException("words"),
        new ArgumentOutOfRangeException(null, "words"), new InvalidOperationException("words"),
        new NotSupportedException("words"),
        new OperationCanceledException("words"),
    ]);

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task A_failure_comes_out_as_what_it_was(Exception failure)
    {
        var failing = new Question<Nothing, bool>("fail", Codecs.Nothing, Codecs.Truth, (_, _, _) => throw failure);
        Serve(failing);

        var told = await Assert.ThrowsAsync(failure.GetType(), () => Channel().AskAsync(failing, Nothing.Instance, Token));

        Assert.Equal(failure.Message, told.Message);
        Assert.Equal((failure as StoreQueryException)?.Position, (told as StoreQueryException)?.Position);
    }

    [Fact]
    public async Task A_fault_of_the_head_itself_is_told_with_its_kind()
    {
        var failing = new Question<Nothing, bool>(
            "fail", Codecs.Nothing, Codecs.Truth, (_, _, _) => throw new FormatException("odd"));
        Serve(failing);

        var told = await Assert.ThrowsAsync<StoreException>(() => Channel().AskAsync(failing, Nothing.Instance, Token));

        Assert.Contains("FormatException: odd", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_made_when_it_is_asked_for()
    {
        const int items = 100_000;
        var made = 0;
        var counting = new Listing<Nothing, string>(
            "count", Codecs.Nothing, Codecs.Text, (_, _, _) => Counted().ToAsyncEnumerable());
        Serve(counting);

        await using (var read = Channel().ReadAsync(counting, Nothing.Instance, Token).GetAsyncEnumerator(Token))
        {
            Assert.True(await read.MoveNextAsync());
            // The first page, and the one that is fetched while it is used.
            Assert.InRange(_link.Asked, 1, 2);
            Assert.InRange(Volatile.Read(ref made), 1, items / 4);
        }

        Assert.Equal(items, await Channel().ReadAsync(counting, Nothing.Instance, Token).CountAsync(Token));

        IEnumerable<string> Counted()
        {
            for (var i = 0; i < items; i++)
            {
                Interlocked.Increment(ref made);
                yield return new string('x', 100);
            }
        }
    }

    [Fact]
    public async Task Arguments_and_items_may_be_larger_than_a_frame()
    {
        var huge = new TrialFilter { Sweep = "s", Ids = [.. Enumerable.Range(0, 200_000).Select(i => $"{i * 7919L:x12}")] };
        var text = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{(i * 7919L) ^ 0x5bd1e995:x}"));
        var echo = new Question<TrialFilter, TrialFilter>(
            "echo", Codecs.Filter, Codecs.Filter, (_, asked, _) => Task.FromResult(asked));
        var shout = new Submission<Nothing, string, string>(
            "shout", Codecs.Nothing, Codecs.Text, Codecs.Text, (_, _, given, _) => Task.FromResult(string.Concat(given)));
        Serve(echo, shout);

        var back = await Channel().AskAsync(echo, huge, Token);
        var loud = await Channel().SubmitAsync(shout, Nothing.Instance, [text, text], Token);

        Assert.Equal(huge.Ids, back.Ids!);
        Assert.Equal(text + text, loud);
        Assert.InRange(_link.LargestFrame, Frame.MostPayload, Frame.MostPayload + 22);
    }

    [Fact]
    public async Task A_command_that_vanished_is_forgotten_after_a_minute()
    {
        var call = await RemoteCall.OpenAsync(
            _link, DeskToken, Methods.Submit, Pages.Write(Codecs.Submission, Some.Sweep()), TimeProvider.System, Token);
        await call.PutAsync(new Pages.Writer<Trial>(Codecs.Trial).Take());
        _time.Advance(TimeSpan.FromSeconds(59));
        var kept = _desk.Calls;
        _time.Advance(TimeSpan.FromSeconds(12));

        await Assert.ThrowsAsync<StoreUnreachableException>(() => call.EndInputAsync());

        Assert.Equal((1, 0), (kept, _desk.Calls));
        Assert.Null(await _store.GetSweepAsync("s", Token));
        await call.DisposeAsync();
    }

    [Fact]
    public async Task A_command_that_reads_slowly_is_not_forgotten()
    {
        await _store.SubmitAsync(Some.Sweep(), Some.Trials(20_000), Token);
        await using var rows = Remote().Results.TrialsAsync(TrialFilter.AllOf("s"), TrialParts.All, Token)
            .GetAsyncEnumerator(Token);
        Assert.True(await rows.MoveNextAsync());
        for (var minute = 0; minute < 10; minute++)
            _time.Advance(TimeSpan.FromMinutes(1));

        var count = 1;
        while (await rows.MoveNextAsync())
            count++;

        Assert.Equal(20_000, count);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_at_the_head()
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var waiting = new Question<Nothing, bool>("wait", Codecs.Nothing, Codecs.Truth, async (_, _, token) =>
        {
            begun.SetResult();
            await using var registered = token.Register(ended.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return true;
        });
        Serve(waiting);
        using var source = new CancellationTokenSource();
        var asked = Channel().AskAsync(waiting, Nothing.Instance, source.Token);
        await begun.Task;

        await source.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await ended.Task.WaitAsync(Token);
        Assert.Equal(source.Token, cancelled.CancellationToken);
    }

    [Fact]
    public async Task A_question_that_takes_long_is_asked_again_until_it_is_answered()
    {
        var answer = new TaskCompletionSource<bool>();
        var slow = new Question<Nothing, bool>("slow", Codecs.Nothing, Codecs.Truth, (_, _, _) => answer.Task);
        Serve(slow);
        var asked = Channel().AskAsync(slow, Nothing.Instance, Token);
        while (_link.Asked < 4)
        {
            _time.Advance(DeskCall.LongPoll);
            await Task.Yield();
        }

        answer.SetResult(true);

        Assert.True(await asked);
    }

    [Fact]
    public async Task Frames_that_make_no_sense_are_dropped_and_said_once_a_minute()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            var frame = (i % 3) switch
            {
                0 => bytes,
                1 => new Frame(FrameKind.Open, Guid.NewGuid(), 0, bytes).ToBytes(),
                _ => new Frame((FrameKind)random.Next(1, 80), Guid.NewGuid(), random.Next(-1, 3), bytes).ToBytes(),
            };
            await _desk.AnswerAsync(frame);
        }

        var first = _lines.Lines.Count;
        _time.Advance(TimeSpan.FromMinutes(2));
        await _desk.AnswerAsync(new byte[3]);

        Assert.Equal((1, 2, 0), (first, _lines.Lines.Count, _desk.Calls));
        Assert.InRange(_desk.Dropped, 10_000, 20_001);
        Assert.Empty(await Remote().ListSweepsAsync(Token));
    }

    [Fact]
    public async Task Too_many_calls_at_once_and_a_desk_that_ends_are_refused()
    {
        var answer = new TaskCompletionSource<bool>();
        var slow = new Question<Nothing, bool>(
            "slow", Codecs.Nothing, Codecs.Truth, (_, _, token) => answer.Task.WaitAsync(token));
        Serve(slow);
        var many = Enumerable.Range(0, CommandDesk.MostCalls)
            .Select(_ => Channel().AskAsync(slow, Nothing.Instance, Token)).ToList();

        var full = await Assert.ThrowsAsync<StoreException>(() => Channel().AskAsync(slow, Nothing.Instance, Token));
        answer.SetResult(true);
        await Task.WhenAll(many);
        await _desk.DisposeAsync();
        var ended = await Assert.ThrowsAsync<StoreException>(() => Channel().AskAsync(slow, Nothing.Instance, Token));

        Assert.Contains("calls are under way", full.Message, StringComparison.Ordinal);
        Assert.Contains("the head is ending", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_desk_that_ends_waits_for_what_it_does()
    {
        var begun = new TaskCompletionSource();
        var let = new TaskCompletionSource();
        var stubborn = new Question<Nothing, bool>("stubborn", Codecs.Nothing, Codecs.Truth, async (_, _, _) =>
        {
            begun.SetResult();
            await let.Task;
            return true;
        });
        Serve(stubborn);
        using var source = new CancellationTokenSource();
        var asked = Channel().AskAsync(stubborn, Nothing.Instance, source.Token);
        await begun.Task;
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        var ending = _desk.DisposeAsync().AsTask();
        var early = ending.IsCompleted;
        let.SetResult();
        await ending;

        Assert.False(early);
    }

    private RemoteStore Remote() => new(_link, DeskToken, _time);

    private HeadChannel Channel() => new(_link, DeskToken, _time);

    private void Serve(params Method[]? methods)
    {
        _desk = new CommandDesk(
            Served.Of(_store), DeskToken, _time, _lines, methods?.ToDictionary(method => method.Name, StringComparer.Ordinal));
        _link = new MemoryLink(_desk);
    }
}
