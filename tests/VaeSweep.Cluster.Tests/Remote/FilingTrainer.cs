using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Remote;

/// <summary>Trainers without a model, whose checkpoints are real files: each epoch's state follows from the one before alone, and
/// the last one is the model.</summary>
internal sealed class FilingLauncher : ITrainerLauncher
{
    public const int Epochs = 6;
    private const int Blocks = 4_000;

    /// <summary>Called before each epoch of a trial; may wait.</summary>
    public Func<TrainerTrial, int, CancellationToken, Task> BeforeEpoch { get; init; } = (_, _, _) => Task.CompletedTask;

    public List<TrainerTrial> Trained { get; } = [];

    /// <summary>A state after some epochs, and the model of a trial that was never disturbed.</summary>
    public static byte[] StateAfter(int epochs)
    {
        byte[] state = [0];
        for (var epoch = 0; epoch < epochs; epoch++)
            state = Next(state);
        return state;
    }

    public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken) =>
        Task.FromResult<ITrainer>(new Trainer(this, device));

    /// <summary>The epoch, what only who has the state before can know, and the sum that every checkpoint ends with.</summary>
    private static byte[] Next(byte[] state)
    {
        var next = new byte[1 + (Blocks * SHA256.HashSizeInBytes) + sizeof(uint)];
        next[0] = (byte)(state[0] + 1);
        var block = SHA256.HashData(state);
        for (var i = 0; i < Blocks; i++, block = SHA256.HashData(block))
            block.CopyTo(next, 1 + (i * SHA256.HashSizeInBytes));
        var content = next.Length - sizeof(uint);
        BinaryPrimitives.WriteUInt32LittleEndian(next.AsSpan(content), Crc32C.Of(next.AsSpan(0, content)));
        return next;
    }

    private sealed class Trainer(FilingLauncher launcher, string device) : ITrainer
    {
        private readonly HashSet<long> _stops = [];

        public string Device => device;

        public string Provenance => """{"trainer":"filing"}""";

        public async IAsyncEnumerable<TrainerEvent> RunAsync(
            TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var trial in job.Trials)
            {
                lock (launcher.Trained)
                    launcher.Trained.Add(trial);
                Directory.CreateDirectory(trial.ArtifactsFolder);
                var state = trial.ResumeFrom is { } path ? await File.ReadAllBytesAsync(path, cancellationToken) : [0];
                while (state[0] < Epochs && !_stops.Contains(trial.TrialKey))
                {
                    await launcher.BeforeEpoch(trial, state[0] + 1, cancellationToken);
                    state = Next(state);
                    yield return new EpochDone(
                        trial.TrialKey, new EpochReport { Epoch = state[0], TrainElbo = -state[1], Seconds = 1 });
                    var file = Path.Combine(trial.ArtifactsFolder, $"ckpt-{state[0]}.bin");
                    await File.WriteAllBytesAsync(file, state, cancellationToken);
                    yield return new Checkpointed(trial.TrialKey, state[0], file, Best: false);
                }

                if (state[0] < Epochs)
                {
                    yield return new TrialStopped(trial.TrialKey);
                    continue;
                }

                var model = Path.Combine(trial.ArtifactsFolder, "model.bin");
                var images = Path.Combine(trial.ArtifactsFolder, "nll.npy");
                await File.WriteAllBytesAsync(model, state, cancellationToken);
                await File.WriteAllBytesAsync(images, state[..100], cancellationToken);
                yield return new TrialFinished(trial.TrialKey, [new Evaluation("test_nll", 1, 1, 1) { File = images }], model);
            }
        }

        public void Stop(IReadOnlyCollection<long> trialKeys) => _stops.UnionWith(trialKeys);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
