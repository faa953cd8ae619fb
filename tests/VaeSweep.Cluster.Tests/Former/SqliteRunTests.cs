using VaeSweep.Cluster.Former;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Former;

/// <summary>The real store, real time, real threads; only the model is missing.</summary>
public sealed class SqliteRunTests : IAsyncLifetime
{
    private const int Epochs = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-run-").FullName;
    private IStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _store = StoreFactory.Open(Path.Combine(_folder, "store.db"), TimeProvider.System);
        await _store.MigrateAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_trainer_takes_all_trials_of_its_device_in_a_row()
    {
        var launcher = new NullLauncher();
        await Submit(40);

        await using (var node = await Node.StartAsync(Options(launcher)))
        {
            Assert.Equal(RunOutcome.Done, await node.Completion.WaitAsync(TimeSpan.FromMinutes(2)));
        }

        Assert.Equal((1, 40), (launcher.Trainers, launcher.Jobs));
        var sweep = await _store.GetSweepAsync("s", CancellationToken.None);
        Assert.Equal((40, 40 * Epochs), (sweep!.Count(TrialState.Succeeded), sweep.EpochsDone));
    }

    [Fact]
    public async Task A_run_that_was_stopped_and_started_again_ends_with_everything_once()
    {
        var launcher = new NullLauncher { EpochTime = TimeSpan.FromMilliseconds(30) };
        await Submit(12);
        var stops = 0;
        while (stops < 3)
        {
            await using var node = await Node.StartAsync(Options(launcher));
            var events = node.Subscribe();
            for (var epochs = 0; epochs < 3;)
            {
                epochs += await events.ReadAsync() is EpochCompleted ? 1 : 0;
            }

            await node.StopAsync();
            stops++;
            Assert.Equal(RunOutcome.Stopped, await node.Completion);
        }

        await using (var last = await Node.StartAsync(Options(launcher)))
        {
            Assert.Equal(RunOutcome.Done, await last.Completion.WaitAsync(TimeSpan.FromMinutes(2)));
        }

        var sweep = await _store.GetSweepAsync("s", CancellationToken.None);
        Assert.Equal((12, 12 * Epochs), (sweep!.Count(TrialState.Succeeded), sweep.EpochsDone));
        var twice = await _store.QueryAsync(
            "SELECT trial, count(*) FROM attempts WHERE outcome = 'succeeded' GROUP BY trial HAVING count(*) <> 1", null, TimeSpan.FromSeconds(10),
            CancellationToken.None);
        Assert.Empty(twice.Rows);
    }

    private NodeOptions Options(NullLauncher launcher) => new()
    {
        Store = _store,
        Launcher = launcher,
        Devices = ["cpu:0"],
        ArtifactsFolder = Path.Combine(_folder, "artifacts"),
        ExitWhenDone = true,
    };

    private Task Submit(int trials) => _store.SubmitAsync(
        new SweepSubmission("s", "name: s"),
        Enumerable.Range(0, trials).Select(i => new Trial(i, Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i))), $$"""{"seed":{{i}}}""", i, "pack", Epochs)),
        CancellationToken.None);

    private sealed class NullLauncher : ITrainerLauncher
    {
        public TimeSpan EpochTime { get; init; } = TimeSpan.FromMilliseconds(5);

        public int Trainers;

        public int Jobs;

        public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref Trainers);
            return Task.FromResult<ITrainer>(new NullTrainer(this, device));
        }
    }

    private sealed class NullTrainer(NullLauncher launcher, string device) : ITrainer
    {
        private volatile bool _stop;

        public string Device => device;

        public string Provenance => "{}";

        public async IAsyncEnumerable<TrainerEvent> RunAsync(TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref launcher.Jobs);
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
            yield return epoch == Epochs ? new TrialFinished(key, [new Evaluation("test_nll", 90, 500, 10)], checkpoint) : new TrialStopped(key);
        }

        public void Stop(IReadOnlyCollection<long> trialKeys) => _stop = true;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
