using VaeSweep.Training;
using VaeSweep.Training.Data;

namespace VaeSweep.Gpu.Tests;

/// <summary>What a job leaves behind in the process that ran it.</summary>
public sealed class MemoryTests : DeviceTest
{
    [Fact]
    public void A_job_gives_its_tensors_back()
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-gpu-");
        using var engine = new TorchTrainingEngine(
            Device, new DatasetStore(new DatasetStoreOptions { CacheFolder = Path.Combine(folder.FullName, "data") }));
        var context = new Listener();
        var tensors = TorchRuntime.LiveTensors;

        for (var i = 1; i <= 3; i++)
        {
            OnDevice(_ =>
            {
                engine.Run(new TrainerJob([Trial(i, folder), Trial(i + 10, folder)]), context);
                return 0;
            });
        }

        folder.Delete(recursive: true);
        Assert.Equal(6, context.Events.OfType<TrialFinished>().Count());
        Assert.Equal(tensors, TorchRuntime.LiveTensors);
    }

    private static TrainerTrial Trial(int key, DirectoryInfo folder)
    {
        var config = new TrialConfig
        {
            Dataset = new() { Name = "sprites", Binarization = "dynamic", Train = 300, Valid = 50, Test = 50 },
            Model = new() { Layers = [4], Hidden = [[32]], BatchNorm = true },
            Objective = new(),
            Train = new() { Epochs = 2, BatchSize = 64 },
            Evaluate = new() { Metrics = ["test_elbo"] },
            Seed = key,
        };
        return new(key, $"trial{key}", 1, TrialConfigJson.Write(config), folder.CreateSubdirectory($"{key}").FullName, null);
    }

    private sealed class Listener : IJobContext
    {
        private readonly Lock _lock = new();
        private readonly List<TrainerEvent> _events = [];

        public IReadOnlyList<TrainerEvent> Events
        {
            get
            {
                lock (_lock)
                {
                    return [.. _events];
                }
            }
        }

        public void Emit(TrainerEvent happened)
        {
            lock (_lock)
            {
                _events.Add(happened);
            }
        }

        public bool StopRequested(long trialKey) => false;
    }
}
