using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Actors.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>Real actor systems, real time, real threads, real files; only the model is missing.</summary>
public sealed class NodeThreadTests : IAsyncLifetime
{
    private const int Epochs = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-test-").FullName;
    private readonly LedgerStore _store = new(new MemoryLedgerLog(), TimeProvider.System);
    private readonly ActorSystem _system = Systems.Local();
    private IActorRef _head = ActorRefs.Nobody;

    public ValueTask InitializeAsync()
    {
        var (store, faults) = (_store, new HeadFaults());
        _head = _system.ActorOf(Props.Create(() => new SmallHead(store, new HeadOptions(), faults, TimeProvider.System)), "head");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_trainer_takes_all_trials_of_its_device_in_a_row()
    {
        var launcher = new NullLauncher();
        await SubmitAsync(40);

        await using var node = await StartAsync(launcher);
        Assert.Equal(RunOutcome.Done, await node.Completion.WaitAsync(TimeSpan.FromMinutes(2)));

        Assert.Equal((1, 40), (launcher.Trainers, launcher.Jobs));
        var sweep = await _store.GetSweepAsync("s", CancellationToken.None);
        Assert.Equal((40, 40 * Epochs), (sweep!.Count(TrialState.Succeeded), sweep.EpochsDone));
    }

    [Fact]
    public async Task A_run_that_was_stopped_and_started_again_ends_with_everything_once()
    {
        var launcher = new NullLauncher { EpochTime = TimeSpan.FromMilliseconds(30) };
        await SubmitAsync(12);
        for (var stops = 0; stops < 3; stops++)
        {
            await using var node = await StartAsync(launcher);
            var events = node.Subscribe();
            for (var epochs = 0; epochs < 3;)
                epochs += await events.ReadAsync() is EpochCompleted ? 1 : 0;
            await node.StopAsync();
            Assert.Equal(RunOutcome.Stopped, await node.Completion);
        }

        await using (var last = await StartAsync(launcher))
            Assert.Equal(RunOutcome.Done, await last.Completion.WaitAsync(TimeSpan.FromMinutes(2)));

        var sweep = await _store.GetSweepAsync("s", CancellationToken.None);
        Assert.Equal((12, 12 * Epochs), (sweep!.Count(TrialState.Succeeded), sweep.EpochsDone));
    }

    [Fact]
    public async Task A_head_and_a_node_in_one_process_train_a_sweep_into_a_file()
    {
        await using var head = await Head.StartAsync(new HeadSettings { StorePath = Path.Combine(_folder, "store.db") });
        await SubmitAsync(20, head.Store);

        await using var node = await Node.StartAsync(
            Options(new NullLauncher()) with { Survey = head.Store.ListSweepsAsync, Token = head.Token });
        head.Serve(node.Gateway);
        Assert.Equal(RunOutcome.Done, await node.Completion.WaitAsync(TimeSpan.FromMinutes(2)));

        var sweep = await head.Store.GetSweepAsync("s", CancellationToken.None);
        Assert.Equal((20, 20 * Epochs), (sweep!.Count(TrialState.Succeeded), sweep.EpochsDone));
    }

    private NodeOptions Options(NullLauncher launcher) => new()
    {
        Launcher = launcher,
        Devices = ["cpu:0"],
        ArtifactsFolder = Path.Combine(_folder, "artifacts"),
        ExitWhenDone = true,
        Survey = _store.ListSweepsAsync,
    };

    private async Task<Node> StartAsync(NullLauncher launcher)
    {
        var node = await Node.StartAsync(Options(launcher));
        node.Gateway.Tell(new Connected(_head), ActorRefs.NoSender);
        return node;
    }

    private Task SubmitAsync(int trials, IStore? store = null) => (store ?? _store).SubmitAsync(
        new SweepSubmission("s", "name: s"),
        Enumerable.Range(0, trials).Select(i => new Trial(
            i, Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i))), $$"""{"seed":{{i}}}""", i, "pack", Epochs)),
        CancellationToken.None);

    private sealed class NullLauncher : ITrainerLauncher
    {
        private int _trainers;
        private int _jobs;

        public TimeSpan EpochTime { get; init; } = TimeSpan.FromMilliseconds(5);

        public int Trainers => _trainers;

        public int Jobs => _jobs;

        public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _trainers);
            return Task.FromResult<ITrainer>(new NullTrainer(this, device));
        }

        public void Begin() => Interlocked.Increment(ref _jobs);
    }

    /// <summary>Has no epochs to compute, and writes how many it had.</summary>
    private sealed class NullTrainer(NullLauncher launcher, string device) : ITrainer
    {
        private volatile bool _stop;

        public string Device => device;

        public string Provenance => "{}";

        public async IAsyncEnumerable<TrainerEvent> RunAsync(
            TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            launcher.Begin();
            _stop = false;
            var trial = Assert.Single(job.Trials);
            var key = trial.TrialKey;
            var epoch = trial.ResumeFrom is { } path ? int.Parse(await File.ReadAllTextAsync(path, cancellationToken)) : 0;
            while (epoch < Epochs && !_stop)
            {
                await Task.Delay(launcher.EpochTime, cancellationToken);
                yield return new EpochDone(key, new EpochReport { Epoch = ++epoch, TrainElbo = -epoch, Seconds = 0.005 });
            }

            var checkpoint = Path.Combine(trial.ArtifactsFolder, $"epoch-{epoch}");
            Directory.CreateDirectory(trial.ArtifactsFolder);
            await File.WriteAllTextAsync(checkpoint, epoch.ToString(), cancellationToken);
            yield return new Checkpointed(key, epoch, checkpoint, Best: false);
            yield return epoch == Epochs
                ? new TrialFinished(key, [new Evaluation("test_nll", 90, 500, 10)], checkpoint) : new TrialStopped(key);
        }

        public void Stop(IReadOnlyCollection<long> trialKeys) => _stop = true;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
