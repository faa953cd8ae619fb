using VaeSweep.Cluster.Former;
using System.Security.Cryptography;
using System.Text;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>A whole cluster in one thread: nodes, trainers, store and clock, stepped through a history that a seed
/// decides.</summary>
internal sealed class SimulatedCluster
{
    private readonly StepScheduler _scheduler;
    private readonly List<Task> _pending = [];
    private int _nodes;

    public SimulatedCluster(TrainerScript? script = null, int? seed = null, StoreFlaw flaw = StoreFlaw.None)
    {
        _scheduler = new StepScheduler(seed);
        Store = new SimulatedStore(Clock, flaw);
        Script = script ?? new TrainerScript();
        Launcher = new ScriptedLauncher(Clock, Disk, Script);
    }

    public FakeTimeProvider Clock { get; } = new();

    public FakeDisk Disk { get; } = new();

    public SimulatedStore Store { get; }

    public TrainerScript Script { get; }

    public ScriptedLauncher Launcher { get; }

    public List<NodeEvent> Events { get; } = [];

    public NodeOptions Options(params string[] devices) => new()
    {
        Store = Store,
        Launcher = Launcher,
        Devices = devices.Length == 0 ? ["cpu:0"] : devices,
        ArtifactsFolder = "/artifacts",
        TimeProvider = Clock,
        Dispatcher = _scheduler,
        Disk = Disk,
        Load = _ => "{}",
        Seed = 1,
        ExitWhenDone = true,
        OnEvent = Events.Add,
    };

    /// <summary>A process of its own, for <see cref="NodeOptions.Dispatcher"/>.</summary>
    public ProcessLane Lane() => new(_scheduler);

    /// <param name="epochs">That the trials are said to have, where the script does not end them before.</param>
    public void Submit(int trials, int maxAttempts = 3, string sweep = "s", int priority = 0, int? most = null, int? epochs = null) =>
        Run(() => Store.SubmitAsync(
            new SweepSubmission(sweep, "", maxAttempts) { Priority = priority, MaxConcurrent = most },
            Enumerable.Range(0, trials).Select(i => new Trial(
                i, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sweep} {i}"))), $$"""{"seed":{{i}}}""", i, "pack", epochs ?? Script.Epochs)),
            CancellationToken.None));

    public Node Start(NodeOptions options) => Run(() => Node.StartAsync(options with { Name = $"node-{++_nodes}" }));

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

    /// <summary>What a table is made from: of each trial its epochs and its scores.</summary>
    public string Results() => string.Join('\n', Store.Trials.Select(row =>
        $"{row.Sweep} {row.Id}: {string.Join(' ', row.Epochs.Select(e => $"{e.Key}={e.Value.Report.TrainElbo:R}"))} {string.Join(' ', row.Evaluations.Select(e => $"{e.Metric}={e.Value:R}"))}"));

    public void AssertConsistent(SimulatedTrial row)
    {
        var (epochs, ends) = (row.Epochs, row.Ends);
        foreach (var (epoch, (_, _, report)) in epochs)
        {
            Assert.Equal(ScriptedTrainer.Bound(row.Key, epoch), report.TrainElbo);
        }

        Assert.True(ends.Count(e => e.Outcome == "succeeded") <= 1);
        Assert.Equal(ends.Select(e => e.Fence).Distinct().Count(), ends.Count);
        if (row.State == TrialState.Succeeded)
        {
            Assert.Equal(Enumerable.Range(1, Script.Epochs), epochs.Keys);
            Assert.Equal(ScriptedTrainer.Bound(row.Key, Script.Epochs), Assert.Single(row.Evaluations).Value);
        }
    }
}
