using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>A trainer without a model: epochs take virtual time, and what goes wrong is scripted. Epoch e of trial k always
/// reports the same numbers.</summary>
internal sealed class ScriptedTrainer(string device, TimeProvider clock, FakeDisk disk, TrainerScript script) : ITrainer
{
    private readonly CancellationTokenSource _killed = new();
    private readonly HashSet<long> _stops = [];

    public string Device { get; } = device;

    public string Provenance { get; } = script.Provenance;

    public bool Disposed { get; private set; }

    public bool Running { get; private set; }

    public static double Bound(long trialKey, int epoch) => -100.0 - trialKey + (1 - (1.0 / epoch));

    public async IAsyncEnumerable<TrainerEvent> RunAsync(
        TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Assert.False(Running, "a trainer runs one job at a time");
        Assert.False(Disposed, "a trainer that was closed is not used");
        Running = true;
        _stops.Clear();
        script.Jobs.Add(job);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _killed.Token);
        try
        {
            Assert.All(job.Trials, t =>
                Assert.True(t.ResumeFrom?.Contains($"/{t.TrialId}.", StringComparison.Ordinal)
                    ?? true, $"{t.TrialId} was to resume from {t.ResumeFrom}"));
            var at = job.Trials.ToDictionary(t => t, t => t.ResumeFrom is { } path ? disk.Read(path) : 0);
            while (at.Count > 0)
            {
                await Wait(script.EpochTime(job), either.Token, cancellationToken);
                foreach (var trial in at.Keys.ToList())
                {
                    foreach (var what in Step(job, trial, at))
                        yield return what;
                }
            }
        }
        finally
        {
            Running = false;
        }
    }

    public void Stop(IReadOnlyCollection<long> trialKeys)
    {
        if (Running && !script.Deaf)
            _stops.UnionWith(trialKeys);
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        _killed.Cancel();
        return ValueTask.CompletedTask;
    }

    private async Task Wait(TimeSpan time, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            if (time > TimeSpan.Zero)
                await Task.Delay(time, clock, either);

            either.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TrainerCrashedException("the trainer was closed", 0, "");
        }
    }

    private IEnumerable<TrainerEvent> Step(TrainerJob job, TrainerTrial trial, Dictionary<TrainerTrial, int> at)
    {
        var key = trial.TrialKey;
        var epoch = at[trial];
        if (_stops.Contains(key))
        {
            at.Remove(trial);
            yield return Checkpoint(trial, epoch);
            yield return new TrialStopped(key);
            yield break;
        }

        if (epoch < script.Epochs)
        {
            epoch++;
            script.BeforeEpoch(job, trial, epoch);
            if (script.FailsAt(trial, epoch) is { } failure)
            {
                at.Remove(trial);
                yield return failure;
                yield break;
            }

            at[trial] = epoch;
            yield return new EpochDone(key, new EpochReport
            {
                Epoch = epoch, TrainElbo = Bound(key, epoch), Seconds = 1, Events = script.Events(trial, epoch),
            });
            if (epoch % script.CheckpointEvery == 0)
                yield return Checkpoint(trial, epoch);
        }

        if (epoch == script.Epochs)
        {
            at.Remove(trial);
            yield return new TrialFinished(
                key, [new Evaluation("test_nll", Bound(key, epoch), 500, 100)], Path.Combine(trial.ArtifactsFolder, "model"));
        }
    }

    private Checkpointed Checkpoint(TrainerTrial trial, int epoch)
    {
        var path = Path.Combine(trial.ArtifactsFolder, $"epoch-{epoch}");
        disk.Write(path, epoch);
        return new Checkpointed(trial.TrialKey, epoch, path, Best: epoch == 1);
    }
}
