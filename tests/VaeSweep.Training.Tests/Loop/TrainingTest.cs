using System.Text;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests;

/// <summary>Runs jobs in this process on libtorch. Without it a test is skipped on a desk, and fails where CI promised
/// it.</summary>
[Collection(nameof(TrainingTest))]
public abstract class TrainingTest : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-training-").FullName;
    private readonly long _tensorsBefore;
    private int _folders;

    protected TrainingTest()
    {
        try
        {
            Engine = new TorchTrainingEngine(CPU, DatasetStore.FromEnvironment());
        }
        catch (TorchLibraryException missing) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(missing.Message);
        }

        _tensorsBefore = TorchRuntime.LiveTensors;
    }

    protected TorchTrainingEngine Engine { get; }

    public void Dispose()
    {
        Engine.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
        Assert.Equal(_tensorsBefore, TorchRuntime.LiveTensors);
    }

    /// <summary>A small real trial: 200 sprites in batches of 32, so the last batch of an epoch has 8.</summary>
    protected static TrialConfig Small(long seed = 1, int epochs = 3) => new()
    {
        Dataset = new() { Name = "sprites", Binarization = "none", Train = 200, Valid = 40, Test = 60 },
        Model = new() { Layers = [4], Hidden = [[24]] },
        Objective = new(),
        Train = new() { Epochs = epochs, BatchSize = 32, CheckpointSeconds = 1e6 },
        Evaluate = new() { Metrics = ["test_elbo", "test_nll", "valid_l5", "train_recon", "active_units", "active_units_01"],
            ImportanceSamples = 20 },
        Seed = seed,
    };

    protected string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, $"{_folders++}")).FullName;

    protected TrainerTrial Trial(
        TrialConfig config, long key = 1, string? resumeFrom = null, string? folder = null, int attempt = 1) =>
        new(key, $"trial{key}", attempt, TrialConfigJson.Write(config), folder ?? NewFolder(), resumeFrom);

    protected RecordingContext Run(params IReadOnlyList<TrainerTrial> trials) => Run(new RecordingContext(), trials);

    protected RecordingContext Run(RecordingContext context, params IReadOnlyList<TrainerTrial> trials)
    {
        Engine.Run(new TrainerJob(trials), context);
        return context;
    }

    /// <summary>What a trial computed, as text: every report, every evaluation and the model's bytes; times left out.</summary>
    protected static string Computed(IEnumerable<TrainerEvent> events)
    {
        var text = new StringBuilder();
        // An epoch that was reported twice must have been reported alike: the first stands for all.
        foreach (var report in events.OfType<EpochDone>().Select(done => done.Report).DistinctBy(report => report.Epoch))
            text.AppendLine(Describe(report));

        var finished = events.OfType<TrialFinished>().Single();
        text.AppendLine(string.Join('\n', finished.Evaluations.Select(e => $"{e.Metric} {e.Value:R} {e.Samples} {e.Images}")));
        foreach (var tensor in SafetensorsFile.Load(finished.ModelPath).Tensors)
            text.AppendLine($"{tensor.Name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(tensor.Data))}");

        return text.ToString();
    }

    protected static string Describe(EpochReport report)
    {
        var units = report.Units.SelectMany(layer => layer.Activity.Concat(layer.Kl)).Select(value => value.ToString("R"));
        var others = string.Join(' ', report.Others);
        return $"{report with { Seconds = 0, Units = [], Others = [] }} {string.Join(' ', units)} {others}";
    }
}

/// <summary>Tests with libtorch count its tensors, which are the process's: one at a time.</summary>
[CollectionDefinition(nameof(TrainingTest), DisableParallelization = true)]
public sealed class TrainingTestCollection;
