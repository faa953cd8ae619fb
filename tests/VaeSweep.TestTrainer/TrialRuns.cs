using VaeSweep.Sweeps;
using VaeSweep.Torch;
using VaeSweep.Training;
using VaeSweep.Training.Data;

namespace VaeSweep.TestTrainer;

/// <summary>Trials that are run in this process, on libtorch.</summary>
internal sealed class TrialRuns(string folder) : IJobContext, IDisposable
{
    private readonly TorchTrainingEngine _engine = new(TorchSharp.torch.CPU, DatasetStore.FromEnvironment());
    private readonly Lock _lock = new();
    private List<TrainerEvent> _events = [];

    /// <summary>What the trials told.</summary>
    public IReadOnlyList<TrainerEvent> Run(params IReadOnlyList<TrialConfig> configs)
    {
        _events = [];
        _engine.Run(
            new TrainerJob(
                [.. configs.Select((config, i) =>
                    new TrainerTrial(i, $"trial{i}", 1, TrialConfigJson.Write(config), Path.Combine(folder, $"{i}"), null))]),
                        this);
        lock (_lock)
        {
            return [.. _events];
        }
    }

    /// <summary>A small trial: 200 sprites in batches of 32, so the last batch of an epoch has 8.</summary>
    public static TrialConfig Small(long seed, int epochs) => new()
    {
        Dataset = new() { Name = "sprites", Binarization = "dynamic", Train = 200, Valid = 40, Test = 60 },
        Model = new() { Layers = [4], Hidden = [[24]] },
        Objective = new(),
        Train = new() { Epochs = epochs, BatchSize = 32, CheckpointSeconds = 1e6 },
        Evaluate = new() { Metrics = ["test_elbo", "test_nll", "valid_l5", "active_units"], ImportanceSamples = 20 },
        Seed = seed,
    };

    public void Emit(TrainerEvent happened)
    {
        lock (_lock)
        {
            _events.Add(happened);
        }
    }

    public bool StopRequested(long trialKey) => false;

    public void Dispose() => _engine.Dispose();
}
