using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors.Simulation;

/// <summary>A head and its nodes in one thread, the real actors of each in a system of its own, with trainers that take virtual
/// time: stepped through a history that a seed decides.</summary>
internal sealed class SteppedCluster
{
    private readonly StepScheduler _scheduler;
    private readonly List<Task> _pending = [];
    private int _nodes;

    public SteppedCluster(TrainerScript? script = null, int? seed = null, HeadOptions? head = null)
    {
        _scheduler = new StepScheduler(seed);
        Store = new SimulatedStore(Clock);
        Script = script ?? new TrainerScript();
        Launcher = new ScriptedLauncher(Clock, Disk, Script);
        var options = head ?? new HeadOptions();
        HeadSystem = Run(() => Task.FromResult(SteppedSystems.Create(_scheduler, Clock)));
        Head = HeadSystem.ActorOf(Props.Create(() => new SmallHead(Store.Ledgers, options, Faults, Clock)), "head");
        Settle();
    }

    public FakeTimeProvider Clock { get; } = new();

    public FakeDisk Disk { get; } = new();

    public SimulatedStore Store { get; }

    public TrainerScript Script { get; }

    public ScriptedLauncher Launcher { get; }

    public HeadFaults Faults { get; } = new();

    public ActorSystem HeadSystem { get; }

    public IActorRef Head { get; }

    public List<NodeEvent> Events { get; } = [];

    public NodeOptions Options(params string[] devices) => new()
    {
        Launcher = Launcher,
        Devices = devices.Length == 0 ? ["cpu:0"] : devices,
        ArtifactsFolder = "/artifacts",
        TimeProvider = Clock,
        Dispatcher = _scheduler,
        System = () => SteppedSystems.Create(_scheduler, Clock),
        Disk = Disk,
        Load = _ => "{}",
        Seed = 1,
        ExitWhenDone = true,
        Survey = SurveyAsync,
        OnEvent = Events.Add,
    };

    /// <summary>A process of its own.</summary>
    public NodeOptions On(ProcessLane lane, NodeOptions options) => options with
    {
        Dispatcher = lane, System = () => SteppedSystems.Create(lane, Clock),
    };

    public ProcessLane Lane() => new(_scheduler);

    /// <param name="epochs">That the trials are said to have, where the script does not end them before.</param>
    public void Submit(int trials, int maxAttempts = 3, string sweep = "s", int? epochs = null)
    {
        Run(() => Store.SubmitAsync(
            new SweepSubmission(sweep, "", maxAttempts),
            Enumerable.Range(0, trials).Select(i => new Trial(
                i, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sweep} {i}"))), $$"""{"seed":{{i}}}""", i,
                "pack", epochs ?? Script.Epochs)),
            CancellationToken.None));
        Settle();
    }

    /// <summary>A node that knows the way to the head.</summary>
    public Node Start(NodeOptions options)
    {
        var node = StartAlone(options);
        node.Gateway.Tell(new Connected(Head), ActorRefs.NoSender);
        Settle();
        return node;
    }

    public Node StartAlone(NodeOptions options) => Run(() => Node.StartAsync(options with { Name = $"node-{++_nodes}" }));

    /// <summary>Runs a call on the simulation's thread to its end, without time passing.</summary>
    public T Run<T>(Func<Task<T>> call)
    {
        var task = Begin(call);
        _scheduler.RunUntilIdle();
        Assert.True(task.IsCompleted, "the call waits for time to pass");
        return task.GetAwaiter().GetResult();
    }

    public Task<T> Begin<T>(Func<Task<T>> call)
    {
        var task = Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();
        _pending.Add(task);
        return task;
    }

    /// <summary>Asks a node to leave in order.</summary>
    public void Stop(Node node)
    {
        _ = Begin(async () =>
        {
            await node.StopAsync();
            return true;
        });
        Settle();
    }

    public void Settle() => _scheduler.RunUntilIdle();

    /// <summary>Lets time pass, timer by timer.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Clock.Elapsed + time;
        _scheduler.RunUntilIdle();
        while (Clock.NextDue is { } due && due <= end)
        {
            Clock.AdvanceTo(due);
            _scheduler.RunUntilIdle();
        }

        Clock.AdvanceTo(end);
    }

    /// <summary>Lets time pass until something is so.</summary>
    public TimeSpan Until(Func<bool> condition, TimeSpan? limit = null)
    {
        var begin = Clock.Elapsed;
        var end = begin + (limit ?? TimeSpan.FromHours(1));
        _scheduler.RunUntilIdle();
        while (!condition())
        {
            Assert.True(Clock.NextDue <= end, $"still not so after {Clock.Elapsed - begin} of virtual time");
            Clock.AdvanceTo(Clock.NextDue!.Value);
            _scheduler.RunUntilIdle();
        }

        return Clock.Elapsed - begin;
    }

    public RunOutcome Finish(Node node, TimeSpan? limit = null)
    {
        Until(() => node.Completion.IsCompleted, limit);
        return node.Completion.GetAwaiter().GetResult();
    }

    public async Task<NodeFailedException> FailureOf(Node node, TimeSpan? limit = null)
    {
        Until(() => node.Completion.IsCompleted, limit);
        return await Assert.ThrowsAsync<NodeFailedException>(() => node.Completion);
    }

    /// <summary>What holds after any history: each trial finished once, each epoch is there once with the numbers that it must
    /// have.</summary>
    public void AssertAllSucceeded()
    {
        foreach (var row in Store.Trials)
        {
            Assert.True(row.State == TrialState.Succeeded, $"trial {row.Key} is {row.State}: {row.Reason}");
            AssertConsistent(row);
        }
    }

    public void AssertConsistent(SimulatedTrial row)
    {
        var (epochs, ends) = (row.Epochs, row.Ends);
        foreach (var (epoch, (_, _, report)) in epochs)
            Assert.Equal(ScriptedTrainer.Bound(row.Key, epoch), report.TrainElbo);
        Assert.True(ends.Count(one => one.Outcome == "succeeded") <= 1);
        Assert.Equal(ends.Select(one => one.Fence).Distinct().Count(), ends.Count);
        if (row.State != TrialState.Succeeded)
            return;
        Assert.Equal(Enumerable.Range(1, Script.Epochs), epochs.Keys);
        Assert.Equal(ScriptedTrainer.Bound(row.Key, Script.Epochs), Assert.Single(row.Evaluations).Value);
    }

    private async Task<IReadOnlyList<SweepStatus>> SurveyAsync(CancellationToken cancellationToken) =>
        Faults.IsAway ? throw new StoreException("the head is away") : await Store.ListSweepsAsync(cancellationToken);
}
