using System.Text.Json;
using VaeSweep.Training;

namespace VaeSweep.Gpu.Tests;

/// <summary>The real trainer in its own process, on the device under test.</summary>
public sealed class TrainerTests : DeviceTest
{
    private static readonly string _program = Path.Combine(AppContext.BaseDirectory, "vaesweep.dll");
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-gpu-").FullName;
    private int _folders;

    public TrainerTests()
        : base(scoped: false)
    {
    }

    protected override void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Curves_of_a_short_training_are_those_of_the_cpu()
    {
        var cpu = Reports(await RunAsync("cpu:0", asDevice: false, Trial(Small(epochs: 6))));

        var device = Reports(await RunAsync(Name, asDevice: true, Trial(Small(epochs: 6))));

        // The same noise on both: curves agree up to rounding, which a few steps let grow.
        const double Tolerance = 1e-3;
        Assert.Equal(6, device.Length);
        foreach (var (expected, actual) in cpu.Zip(device))
        {
            Near(expected.TrainElbo, actual.TrainElbo, Tolerance);
            Near(expected.ValidElbo, actual.ValidElbo, Tolerance);
            Near(expected.TestElbo, actual.TestElbo, Tolerance);
            Near(expected.TestRecon, actual.TestRecon, Tolerance);
        }

        Assert.True(device[^1].TrainElbo > device[0].TrainElbo + 10,
            $"the bound went from {device[0].TrainElbo:0.0} to {device[^1].TrainElbo:0.0}");
    }

    [Fact]
    public async Task A_pack_of_three_gives_each_trial_what_it_gets_alone()
    {
        TrialConfig[] configs = [Small(1), Small(2) with { Objective = new() { Beta = 0.5 } },
            Small(3) with { Train = Small().Train with { Adam = new() { Lr = 3e-3 } } }];

        var pack = await RunAsync(Name, asDevice: true, [.. configs.Select((config, i) => Trial(config, i + 1))]);

        for (var i = 0; i < configs.Length; i++)
        {
            var alone = await RunAsync(Name, asDevice: true, Trial(configs[i], i + 1));
            var together = pack.Where(happened => happened.TrialKey == i + 1).ToArray();
            foreach (var (a, b) in Reports(alone).Zip(Reports(together)))
            {
                Near(a.TrainElbo, b.TrainElbo, 1e-3);
                Near(a.TestElbo, b.TestElbo, 1e-3);
            }

            foreach (var (a, b) in Evaluations(alone).Zip(Evaluations(together)))
                Near(a.Value, b.Value, 1e-3);
        }
    }

    [Fact]
    public async Task A_trial_goes_on_from_its_checkpoint()
    {
        var config = Small(epochs: 4) with { Train = Small().Train with { Epochs = 4, CheckpointEpochs = 1 } };
        var whole = await RunAsync(Name, asDevice: true, Trial(config));
        var checkpoint = whole.OfType<Checkpointed>().Single(done => done.Epoch == 2);

        var rest = await RunAsync(Name, asDevice: true, Trial(config, resumeFrom: checkpoint.Path, attempt: 2));

        Assert.Equal([3, 4], Reports(rest).Select(report => report.Epoch));
        foreach (var (expected, actual) in Reports(whole).Skip(2).Zip(Reports(rest)))
        {
            Near(expected.TrainElbo, actual.TrainElbo, 1e-5);
            Near(expected.TestElbo, actual.TestElbo, 1e-5);
        }

        Near(Evaluations(whole)[1].Value, Evaluations(rest)[1].Value, 1e-5);
    }

    [Fact]
    public async Task A_checkpoint_of_the_cpu_goes_on_on_the_device()
    {
        var config = Small(epochs: 4) with { Train = Small().Train with { Epochs = 4, CheckpointEpochs = 1 } };
        var whole = await RunAsync("cpu:0", asDevice: false, Trial(config));
        var checkpoint = whole.OfType<Checkpointed>().Single(done => done.Epoch == 2);

        var rest = Reports(await RunAsync(Name, asDevice: true, Trial(config, resumeFrom: checkpoint.Path, attempt: 2)));

        Assert.Equal([3, 4], rest.Select(report => report.Epoch));
        Near(Reports(whole)[^1].TestElbo, rest[^1].TestElbo, 1e-3);
    }

    [Fact]
    public async Task A_trial_whose_bound_is_no_number_fails_alone()
    {
        var broken = Small(seed: 2) with { Train = Small().Train with { Adam = new() { Lr = 1e30 } } };

        var pack = await RunAsync(Name, asDevice: true, Trial(Small(1), 1), Trial(broken, 2), Trial(Small(3), 3));

        Assert.Equal(FailureClass.Nan, Assert.IsType<TrialFailed>(pack.Last(happened => happened.TrialKey == 2)).Class);
        Assert.IsType<TrialFinished>(pack.Last(happened => happened.TrialKey == 3));
        var (alone, together) = (Reports(await RunAsync(Name, asDevice: true, Trial(Small(1)))),
            Reports([.. pack.Where(happened => happened.TrialKey == 1)]));
        Near(alone[^1].TestElbo, together[^1].TestElbo, 1e-3);
    }

    [Fact]
    public async Task A_trainer_says_what_it_computes_with()
    {
        await using var trainer = await StartAsync(Name, asDevice: true);

        var provenance = JsonDocument.Parse(trainer.Provenance).RootElement;

        Assert.Equal(TorchRuntime.TorchVersion, provenance.GetProperty("libtorch").GetString());
        Assert.Equal(IsGpu, provenance.GetProperty("stack").GetString()!.EndsWith(", cuda", StringComparison.Ordinal));
        // A trainer sees its own GPU alone, so there it is always the first.
        Assert.Equal(IsGpu ? "cuda:0" : "cpu", provenance.GetProperty("device").GetString());
        Assert.Equal(IsGpu ? "libtorch's CUDA kernels" : "none", provenance.GetProperty("kernels").GetString());
    }

    [Fact]
    public async Task A_trainer_sees_its_own_gpu_and_no_other()
    {
        NeedGpu("can be pinned");
        var all = CudaDriver.Gpus();

        for (var i = 0; i < all.Count; i++)
        {
            await using var trainer = await StartAsync($"cuda:{i}", asDevice: true);
            var seen = JsonDocument.Parse(trainer.Provenance).RootElement.GetProperty("gpus").EnumerateArray()
                .Select(gpu => gpu.GetProperty("uuid").GetString());
            Assert.Equal([all[i].Uuid], seen);
        }
    }

    [Fact]
    public async Task Too_large_a_pack_fails_for_want_of_memory_and_the_next_job_runs()
    {
        NeedGpu("refuses memory that it does not have");
        // 2000 units for 5000 samples of each of 4000 images: 160 GB for one layer's values, while parameters and images stay
        // small.
        var huge = Small(epochs: 1) with
        {
            Dataset = Small().Dataset with { Train = 4000 },
            Model = new() { Layers = [4], Hidden = [[2000]] },
            Objective = new() { Bound = "iwae", K = 5000 },
            Train = new() { Epochs = 1, BatchSize = 4000 },
        };
        await using var trainer = await StartAsync(Name, asDevice: true);

        var failed = await trainer.RunAsync(new TrainerJob([Trial(huge)]), Token).ToArrayAsync(Token);
        var next = await trainer.RunAsync(new TrainerJob([Trial(Small(epochs: 1), 2)]), Token).ToArrayAsync(Token);

        Assert.Equal(FailureClass.Oom, Assert.IsType<TrialFailed>(failed[^1]).Class);
        Assert.IsType<TrialFinished>(next[^1]);
    }

    private string Name => IsGpu ? $"cuda:{Device.index}" : "cpu:0";

    private static TrialConfig Small(long seed = 1, int epochs = 3) => new()
    {
        Dataset = new() { Name = "sprites", Binarization = "none", Train = 600, Valid = 100, Test = 100 },
        Model = new() { Layers = [4], Hidden = [[32]] },
        Objective = new(),
        Train = new() { Epochs = epochs, BatchSize = 64, CheckpointSeconds = 1e6 },
        Evaluate = new() { Metrics = ["test_elbo", "test_nll", "active_units"], ImportanceSamples = 20 },
        Seed = seed,
    };

    private TrainerTrial Trial(TrialConfig config, long key = 1, string? resumeFrom = null, int attempt = 1) =>
        new(key, $"trial{key}", attempt, TrialConfigJson.Write(config),
            Directory.CreateDirectory(Path.Combine(_folder, $"{_folders++}")).FullName, resumeFrom);

    private async Task<TrainerEvent[]> RunAsync(string device, bool asDevice, params TrainerTrial[] trials)
    {
        await using var trainer = await StartAsync(device, asDevice);
        return await trainer.RunAsync(new TrainerJob(trials), Token).ToArrayAsync(Token);
    }

    private Task<ITrainer> StartAsync(string device, bool asDevice)
    {
        var launcher = new ProcessTrainerLauncher(TrainerCommand.ForAssembly(_program, "trainer"))
        {
            // Where the device under test is the CPU, it takes the way of a GPU.
            Environment = asDevice && !IsGpu
                ? new() { ["VAESWEEP_CPU"] = "none" } : new Dictionary<string, string>(StringComparer.Ordinal),
        };
        return launcher.StartAsync(device, Token);
    }

    private static EpochReport[] Reports(IEnumerable<TrainerEvent> events) =>
        [.. events.OfType<EpochDone>().Select(done => done.Report)];

    private static IReadOnlyList<Evaluation> Evaluations(IEnumerable<TrainerEvent> events) => events.OfType<TrialFinished>()
        .Single().Evaluations;

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)),
            $"expected {expected:R} within {tolerance:P3}, found {actual:R}");
}
