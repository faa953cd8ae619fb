using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Remote;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>A head as its own process and its nodes have it.</summary>
public sealed class HeadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_head_announces_where_it_answers_and_what_must_be_said_there_until_it_ends()
    {
        StoreOwner announced;
        await using (var head = await StartAsync())
        {
            announced = StoreOwner.Read(StorePath)!;
            Assert.Equal((head.Address, head.Token), (announced.Address, announced.Token));
            Assert.Equal(43, head.Token.Length);
            Assert.False(head.Completion.IsCompleted);
            await head.DisposeAsync();
            await head.Completion;
        }

        var afterwards = StoreOwner.Read(StorePath)!;
        Assert.Equal((announced.Pid, null), (afterwards.Pid, afterwards.Address));
        // Nodes that outlived it show the next head what they know.
        await using var next = await StartAsync();
        Assert.Equal(announced.Token, next.Token);
    }

    [Fact]
    public async Task A_head_is_not_taken_down_by_members_that_come_and_go_without_a_pause()
    {
        await using var head = await StartAsync();

        var resolver = new Akka.Cluster.SBR.SplitBrainResolverSettings(head.System.Settings.Config);

        Assert.Equal(("keep-oldest", TimeSpan.Zero), (resolver.DowningStrategy, resolver.DownAllWhenUnstable));
    }

    [Fact]
    public async Task A_second_head_of_a_store_is_refused_with_the_name_of_the_first()
    {
        await using var head = await StartAsync();
        var refused = await Assert.ThrowsAsync<StoreInUseException>(StartAsync);

        Assert.Contains($"process {Environment.ProcessId} on host", refused.Message, StringComparison.Ordinal);
        Assert.Equal(head.Address, refused.Owner!.Address);
    }

    [Fact]
    public async Task A_head_that_cannot_listen_says_where()
    {
        await using var head = await StartAsync();
        var port = PortOf(head);
        var failure = await Assert.ThrowsAsync<HeadFailedException>(
            () => Head.StartAsync(Settings with { StorePath = StorePath + "2", Port = port }));

        Assert.Contains($"cannot listen on 127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_is_told_to_end_while_it_begins_lets_go_of_its_store_at_whatever_moment()
    {
        const int Moments = 20;
        var whole = new CountedTime(0, () => { });
        await using (await Head.StartAsync(Settings with { TimeProvider = whole }))
        {
            Assert.True(whole.Looks > 5, $"{whole.Looks} looks at the clock");
        }

        for (var moment = 1; moment <= whole.Looks; moment += Math.Max(1, whole.Looks / Moments))
        {
            using var told = new CancellationTokenSource();
            try
            {
                await using var head = await Head.StartAsync(
                    Settings with { TimeProvider = new CountedTime(moment, told.Cancel) }, told.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.True(told.IsCancellationRequested, $"at look {moment}");
            }

            using var alone = new FileStream(StorePath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
    }

    [Fact]
    public async Task A_node_of_the_same_process_trains_a_trial_to_its_end()
    {
        await using var head = await StartAsync();
        await SubmitAsync(head, 1);
        await using var node = await ScriptedNode.ServedAsync("n", head);
        await node.JoinAsync(head.Token);
        var attempt = (await node.WantAsync(1, 1)).Trials[0].Attempt;
        node.Say(node.Batch(1, ScriptedNode.Epoch(attempt, 1), ScriptedNode.Epoch(attempt, 2), ScriptedNode.End(attempt)));
        await node.HearAsync<Ack>(ack => ack.Durable == 3);

        var sweep = await head.Store.GetSweepAsync("s", default);
        Assert.Equal((1, 2), (sweep!.Count(TrialState.Succeeded), sweep.EpochsDone));
    }

    [Fact]
    public async Task A_node_that_trains_on_over_a_restart_of_the_head_loses_nothing_and_is_granted_nothing_twice()
    {
        var head = await StartAsync();
        await SubmitAsync(head, 1);
        await using var node = ScriptedNode.Remote("n", head.Address);
        await node.JoinAsync(head.Token);
        var attempt = (await node.WantAsync(1, 1)).Trials[0].Attempt;
        node.Say(node.Batch(1, ScriptedNode.Epoch(attempt, 1)));
        await node.HearAsync<Ack>(ack => ack.Durable == 1);
        await head.DisposeAsync();
        // At the address of the one before, whose connections have only just ended.
        await using var next = await Head.StartAsync(Settings with { Port = PortOf(head) });
        node.Session = node.Session with { Number = 2 };
        var welcome = await node.RejoinAsync(next.Token, first: 2);
        node.Say(node.Beat(2, 0, attempt));
        node.Say(node.Batch(2, ScriptedNode.Epoch(attempt, 2), ScriptedNode.End(attempt)));
        await node.HearAsync<Ack>(ack => ack.Durable == 3);
        var trial = Assert.Single(await next.Store.FindTrialsAsync("0", "s", 10, default));

        Assert.Equal((1L, 1L), (welcome.Received, welcome.Durable));
        Assert.Equal((TrialState.Succeeded, 1, 2), (trial.State, trial.Attempts, trial.EpochsDone));
    }

    [Fact]
    public async Task A_node_that_has_ended_loses_its_trials_at_once()
    {
        var said = new SaidLog();
        await using var head = await Head.StartAsync(Settings with { LoggerFactory = said });
        await SubmitAsync(head, 1);
        await using var other = await ScriptedNode.ServedAsync("other", head);
        await other.JoinAsync(head.Token);
        Grant lost;
        await using (var node = ScriptedNode.Remote("n", head.Address))
        {
            await node.JoinAsync(head.Token);
            lost = await node.WantAsync(1, 1);
            other.Say(other.Beat(1, 1));
            await other.HearAsync<Ack>();
        }

        var again = await other.HearAsync<Grant>();

        Assert.Equal(lost.Trials[0].Attempt.Trial, again.Trials[0].Attempt.Trial);
        Assert.Contains("Warning: Node n has ended without a word; trials of its queued again: 1", said.Lines);
    }

    [Fact]
    public async Task A_node_of_this_machine_that_lives_and_has_only_built_its_connection_anew_keeps_its_trials()
    {
        await using var head = await StartAsync();
        await SubmitAsync(head, 2);
        await using var other = await ScriptedNode.ServedAsync("other", head);
        await other.JoinAsync(head.Token);
        await using (var lives = ScriptedNode.Remote(NodeIdentity.NewName(), head.Address))
        {
            await lives.JoinAsync(head.Token);
            await lives.WantAsync(1, 1);
            // Nothing is known of it but that its port, which is the other's too, refuses connections.
            var unknown = ScriptedNode.Remote("n", head.Address, beside: lives);
            await unknown.JoinAsync(head.Token);
            await unknown.WantAsync(1, 1);
            other.Say(other.Beat(1, 2));
            await other.HearAsync<Ack>();
        }

        var again = await other.HearAsync<Grant>();
        var sweep = await head.Store.GetSweepAsync("s", default);

        Assert.Single(again.Trials);
        Assert.Equal(2, sweep!.Count(TrialState.Running));
    }

    [Fact]
    public async Task What_a_node_of_this_machine_had_that_ended_with_its_head_is_queued_at_the_next_start()
    {
        var here = NodeIdentity.NewName().Split(':');
        var head = await StartAsync();
        await SubmitAsync(head, 1);
        await using (var node = await ScriptedNode.ServedAsync($"{here[0]}:{int.MaxValue}:{here[2]}:1:1", head))
        {
            await node.JoinAsync(head.Token);
            await node.WantAsync(1, 1);
        }

        await head.DisposeAsync();
        await using var next = await StartAsync();
        var sweep = await next.Store.GetSweepAsync("s", default);

        Assert.Equal(1, sweep!.Count(TrialState.Queued));
    }

    [Fact]
    public async Task Files_that_nobody_needs_any_more_are_gone_when_the_head_has_ended()
    {
        var artifacts = Path.Combine(_folder.FullName, "artifacts");
        var head = await Head.StartAsync(Settings with { ArtifactsFolder = artifacts });
        await SubmitAsync(head, 1);
        await using var node = await ScriptedNode.ServedAsync("n", head);
        await node.JoinAsync(head.Token);
        var trial = (await node.WantAsync(1, 1)).Trials[0];
        var folder = Files.Artifacts.Folder(artifacts, "s", trial.Trial.TrialId, trial.Trial.Attempt.Trial, trial.Trial.Ordinal);
        Directory.CreateDirectory(folder);
        string[] names = ["ckpt-1.bin", "ckpt-2.bin", ".ckpt-3.bin.tmp", "model.bin"];
        string[] files = [.. names.Select(name => Path.Combine(folder, name))];
        foreach (var file in files)
            await File.WriteAllTextAsync(file, "x");
        var attempt = trial.Attempt;
        node.Say(node.Batch(
            1, ScriptedNode.Epoch(attempt, 1), new CheckpointEntry(attempt, new EpochCheckpoint(1, files[0], Best: false)),
            ScriptedNode.Epoch(attempt, 2), new CheckpointEntry(attempt, new EpochCheckpoint(2, files[1], Best: true)),
            new EndEntry(attempt, new AttemptEnd(AttemptOutcome.Succeeded) { ModelPath = files[3] })));
        await node.HearAsync<Ack>(ack => ack.Durable == 5);
        await head.DisposeAsync();

        Assert.Equal([false, true, false, true], files.Select(File.Exists));
    }

    [Fact]
    public async Task What_a_command_has_under_way_is_waited_for_before_the_store_is_closed()
    {
        var (log, said) = (new GatedLog(), new ListLogger());
        var head = await Head.StartAsync(
            new HeadSettings { Store = new LedgerStore(log, TimeProvider.System), LoggerFactory = said });
        await using var command = RemoteStore.Connect(head.Address, head.Token, null, TimeProvider.System);
        await command.MigrateAsync(default);
        var commits = log.Commits;
        var reached = log.Close();
        _ = command.SubmitAsync(new SweepSubmission("s", "d"), [new Trial(0, $"{0:x64}", "{}", 0, "p", 2)], default);
        await reached;

        var ending = head.DisposeAsync();
        await said.LineAsync("a command under way");
        log.Open();
        await ending;

        Assert.True(log.Commits > commits);
    }

    [Fact]
    public async Task A_head_ends_although_tls_failed_on_a_connection_that_it_made()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var head = await Head.StartAsync(Settings with { HasKey = true });
        var begun = new TaskCompletionSource();
        CoordinatedShutdown.Get(head.System).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "begun", () =>
        {
            begun.TrySetResult();
            return Task.FromResult(Akka.Done.Instance);
        });
        head.System.ActorSelection($"akka.ssl.tcp://{Names.System}@127.0.0.1:{port}/user/x").Tell(GatewayProbe.SomeHello());
        using (var called = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30)))
        {
            await called.GetStream().WriteAsync("220 some other service\r\n"u8.ToArray());
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await head.DisposeAsync();

        Assert.True(head.System.WhenTerminated.IsCompleted);
    }

    private static int PortOf(Head head) =>
        int.Parse(head.Address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    private string StorePath => Path.Combine(_folder.FullName, "store.db");

    private HeadSettings Settings => new() { StorePath = StorePath, Product = "1.0" };

    private Task<Head> StartAsync() => Head.StartAsync(Settings);

    private static async Task SubmitAsync(Head head, int trials) => await head.Store.SubmitAsync(
        new SweepSubmission("s", "d"),
        Enumerable.Range(0, trials).Select(i => new Trial(i, $"{i:x64}", $"{{\"a\":1,\"seed\":{i}}}", i, "p", 2)), default);

    /// <summary>Does something at one of the looks at the clock.</summary>
    private sealed class CountedTime(int look, Action then) : TimeProvider
    {
        private int _looks;

        public int Looks => Volatile.Read(ref _looks);

        public override long GetTimestamp()
        {
            Count();
            return base.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow()
        {
            Count();
            return base.GetUtcNow();
        }

        private void Count()
        {
            if (Interlocked.Increment(ref _looks) == look)
                then();
        }
    }
}
