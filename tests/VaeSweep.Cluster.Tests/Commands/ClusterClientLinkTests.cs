using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster.Tools.Client;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.Tests;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>Commands and a head as processes have them: actor systems of their own, over real sockets.</summary>
public sealed class ClusterClientLinkTests : IAsyncLifetime
{
    private DeskHead _head = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _head = await DeskHead.StartAsync();

    public ValueTask DisposeAsync() => _head.DisposeAsync();

    [Fact]
    public async Task A_command_asks_and_steers()
    {
        await using var store = _head.Connect();
        await store.MigrateAsync(Token);

        var submitted = await store.SubmitAsync(Some.Sweep(), Some.Trials(50), Token);
        var paused = await store.SetSweepStateAsync("s", SweepState.Paused, Token);
        var unknown = await store.SetSweepStateAsync("nobody", SweepState.Paused, Token);

        Assert.Equal((50, true, false), (submitted.Added, paused, unknown));
        Assert.Equal(SweepState.Paused, (await _head.Store.GetSweepAsync("s", Token))!.State);
        Assert.Equal(_head.Store.Location, store.Location);
    }

    [Fact]
    public async Task A_hundred_thousand_rows_come_in_order()
    {
        const int rows = 100_000;
        await using var store = _head.Connect();
        var since = Stopwatch.GetTimestamp();
        await store.SubmitAsync(Some.Sweep(), Some.Trials(rows), Token);
        var submitted = Stopwatch.GetElapsedTime(since);

        since = Stopwatch.GetTimestamp();
        var next = 0L;
        await foreach (var trial in store.Results.TrialsAsync(TrialFilter.AllOf("s"), TrialParts.All, Token))
            Assert.Equal(next++, trial.Index);
        var read = Stopwatch.GetElapsedTime(since);

        Assert.Equal(rows, next);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rows} trials: submitted in {submitted.TotalSeconds:0.00} s, read in {read.TotalSeconds:0.00} s");
    }

    [Fact]
    public async Task A_wrong_token_is_refused_in_words()
    {
        await using var wrong = _head.Connect("another");
        await using var none = _head.Connect(null);

        var refused = await Assert.ThrowsAsync<StoreException>(() => wrong.ListSweepsAsync(Token));
        var without = await Assert.ThrowsAsync<StoreException>(() => none.SubmitAsync(Some.Sweep(), Some.Trials(3), Token));

        Assert.Contains("its token is not that of this head", refused.Message, StringComparison.Ordinal);
        Assert.Contains("brought no token", without.Message, StringComparison.Ordinal);
        Assert.Null(await _head.Store.GetSweepAsync("s", Token));
    }

    [Fact]
    public async Task A_cancelled_question_ends_at_the_head_too()
    {
        await using var store = _head.Connect();
        await store.MigrateAsync(Token);
        using var source = new CancellationTokenSource();
        const string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

        var asked = store.QueryAsync(endless, null, TimeSpan.FromMinutes(5), source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        // One question of SQL at a time: this one is answered only when the endless one has ended.
        Assert.Single((await store.QueryAsync("SELECT 1", null, TimeSpan.FromSeconds(30), Token)).Rows);
    }

    [Fact]
    public async Task A_head_that_vanishes_in_the_middle_is_said_so()
    {
        await _head.Store.SubmitAsync(Some.Sweep(), Some.Trials(50_000), Token);
        await using var store = _head.Connect();
        await using var rows = store.Results.TrialsAsync(TrialFilter.AllOf("s"), TrialParts.All, Token).GetAsyncEnumerator(Token);
        Assert.True(await rows.MoveNextAsync());

        await _head.System.Terminate();

        var gone = await Assert.ThrowsAsync<StoreUnreachableException>(async () =>
        {
            while (await rows.MoveNextAsync())
            {
            }
        });
        Assert.Contains($"the head at {_head.Address} does not answer", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_head_is_a_command_says_so_at_once()
    {
        var address = _head.Address;
        await _head.System.Terminate();
        await using var store = RemoteStore.Connect(address, null, null, TimeProvider.System);

        var since = Stopwatch.GetTimestamp();
        var away = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.MigrateAsync(Token));

        Assert.Contains(address, away.Message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task A_head_that_was_restarted_is_asked_anew()
    {
        await using var before = _head.Connect();
        await before.SubmitAsync(Some.Sweep(), Some.Trials(3), Token);
        var port = HeadAddress.Parse(_head.Address).Port;
        await _head.System.Terminate();
        await using var again = await DeskHead.StartAsync(port, _head.Store);

        await using var after = again.Connect();

        Assert.Equal(3, (await after.GetSweepAsync("s", Token))!.Total);
    }

    [Fact]
    public async Task Garbage_is_dropped_and_said_once()
    {
        var lines = new LoggedLines();
        await using var said = await DeskHead.StartAsync(logger: lines);
        var system = Systems.Remote("127.0.0.1", 0, null);
        var settings = ClusterClientSettings.Create(system).WithInitialContacts(
            [ActorPath.Parse($"akka.tcp://{Names.System}@{said.Address}/system/receptionist")]);
        var client = system.ActorOf(ClusterClient.Props(settings));
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(2_000)];
            random.NextBytes(bytes);
            // Half of them look like the beginning of a call.
            var frame = i % 2 == 0 ? bytes : new Frame(FrameKind.Open, Guid.NewGuid(), 0, bytes).ToBytes();
            client.Tell(new ClusterClient.Send(Names.DeskPath, new ChannelFrame(frame), localAffinity: true));
        }

        // Comes behind all of it on the same way.
        await client.Ask<ChannelFrame>(
            new ClusterClient.Send(Names.DeskPath, new ChannelFrame(new Frame(FrameKind.Take, Guid.NewGuid(), 1).ToBytes()),
                localAffinity: true),
            TimeSpan.FromSeconds(20), Token);

        Assert.InRange(said.Desk.Dropped, 450, 500);
        Assert.Equal(0, said.Desk.Calls);
        Assert.Single(lines.Lines);
        await system.Terminate();
    }
}
