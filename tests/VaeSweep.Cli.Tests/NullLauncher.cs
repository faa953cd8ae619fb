using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

/// <summary>Starts trainers that train nothing: an epoch's bound and the scores follow from the configuration alone.</summary>
internal sealed class NullLauncher : ITrainerLauncher
{
    /// <summary>Ids of the trials that were given to trainers, in order.</summary>
    public ConcurrentQueue<string> Trained { get; } = new();

    /// <summary>Trials for which this says why fail.</summary>
    public Func<TrialConfig, string?> FailureOf { get; set; } = _ => null;

    /// <summary>Called before each epoch of each trial.</summary>
    public Action<TrainerTrial, int> BeforeEpoch { get; set; } = (_, _) => { };

    /// <summary>What starting a trainer throws; null: it starts.</summary>
    public Exception? StartFailure { get; set; }

    public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken) =>
        StartFailure is null ? Task.FromResult<ITrainer>(new NullTrainer(this, device))
            : Task.FromException<ITrainer>(StartFailure);

    /// <summary>-100 + k + epoch: more samples and more epochs are better.</summary>
    public static double Bound(TrialConfig config, int epoch) => -100 + config.Objective.K + epoch;

    private sealed class NullTrainer(NullLauncher launcher, string device) : ITrainer
    {
        private readonly ConcurrentDictionary<long, bool> _stopped = new();

        public string Device => device;

        public string Provenance => """{"trainer":"none"}""";

        public void Stop(IReadOnlyCollection<long> trialKeys)
        {
            foreach (var key in trialKeys)
                _stopped[key] = true;
        }

        public async IAsyncEnumerable<TrainerEvent> RunAsync(
            TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var trial in job.Trials)
            {
                launcher.Trained.Enqueue(trial.TrialId);
                var config = TrialConfigJson.Parse(trial.ConfigJson);
                if (launcher.FailureOf(config) is { } reason)
                {
                    yield return new TrialFailed(trial.TrialKey, FailureClass.Nan, reason);
                    continue;
                }

                var done = trial.ResumeFrom is null
                    ? 0 : int.Parse(await File.ReadAllTextAsync(trial.ResumeFrom, cancellationToken));
                var phases = TrialPhases.Of(config);
                var most = trial.Budget ?? phases[^1].LastEpoch;
                while (done < most && !_stopped.ContainsKey(trial.TrialKey))
                {
                    launcher.BeforeEpoch(trial, done + 1);
                    await Task.Yield();
                    done++;
                    yield return new EpochDone(trial.TrialKey,
                        new EpochReport { Epoch = done, TrainElbo = BoundOf(done), Seconds = 0.01 });
                }

                var checkpoint = Path.Combine(trial.ArtifactsFolder, $"epoch-{done}.ckpt");
                Directory.CreateDirectory(trial.ArtifactsFolder);
                await File.WriteAllTextAsync(checkpoint, done.ToString(), cancellationToken);
                yield return new Checkpointed(trial.TrialKey, done, checkpoint, Best: true);
                if (done < phases[^1].LastEpoch)
                {
                    yield return new TrialStopped(trial.TrialKey);
                    continue;
                }

                // Seeds differ by half a nat, so that a mean over two of them has a spread that is known.
                var bound = BoundOf(done) + (0.5 * config.Seed);
                yield return new TrialFinished(
                    trial.TrialKey, [new Evaluation("test_nll", -bound, 5, 50), new Evaluation("test_elbo", bound - 1, 1, 50)],
                    checkpoint);

                double BoundOf(int epoch) => Bound(phases.First(phase => phase.LastEpoch >= epoch).Config, epoch);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
