using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

/// <summary>Trainer processes that look whether they have what they were given: real processes, and a CUDA driver that is
/// compiled for the test.</summary>
public sealed class OwnDeviceTests : IDisposable
{
    private const string Whole = "GPU-89898989-8989-8989-8989-898989898989";
    private const string Slice = "MIG-11111111-1111-1111-1111-111111111111";

    private static readonly string _testTrainer = Path.Combine(AppContext.BaseDirectory, "VaeSweep.TestTrainer.dll");

    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-cuda-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("cuda:0", Whole)]
    [InlineData("cuda:1", Slice)]
    public async Task A_gpu_trainer_starts_where_the_driver_shows_it_the_gpu_it_was_given_and_no_other(
        string device, string expected)
    {
        await using var trainer = await Launcher([Whole, Slice]).StartAsync(device, Token);

        Assert.Equal(expected, JsonDocument.Parse(trainer.Provenance).RootElement.GetProperty("gpus").GetString());
    }

    [Fact]
    public async Task A_gpu_trainer_on_another_gpu_refuses_to_start_and_says_which_it_found()
    {
        var refused = await Assert.ThrowsAsync<TrainerCrashedException>(() =>
            Launcher(["GPU-00000000-0000-0000-0000-000000000007"]).StartAsync("cuda:0", Token));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("cuda:0 is GPU-00000000-0000-0000-0000-000000000007, and the driver shows this process another one: "
            + $"Fake A100 {Whole}", refused.LastLines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Whole + "," + Slice, "shows this process 2 GPUs: Fake A100")]
    [InlineData("", "shows this process 0 GPUs.")]
    public async Task A_gpu_trainer_that_has_none_or_several_refuses_to_start(string visible, string message)
    {
        var refused = await Assert.ThrowsAsync<TrainerCrashedException>(() => Launcher([visible]).StartAsync("cuda:0", Token));

        Assert.Contains(message, refused.LastLines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gpu_that_the_node_does_not_have_is_an_error_with_those_it_has()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Launcher([Whole]).StartAsync("cuda:1", Token));

        Assert.Contains($"cuda:1 was asked for, and this node has 1 GPUs: {Whole}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cpu_trainer_that_is_not_on_its_processor_refuses_to_start()
    {
        // As if pinning had been undone: it is told of another processor than it was confined to.
        var launcher = new ProcessTrainerLauncher(
            new TrainerCommand("env", ["VAESWEEP_PROCESSOR=4095", .. Command().Arguments.Prepend(Command().FileName)]));

        var refused = await Assert.ThrowsAsync<TrainerCrashedException>(() => launcher.StartAsync("cpu:0", Token));

        Assert.Contains("cpu:0 was given processor 4095 alone, and may run on 1: ", refused.LastLines, StringComparison.Ordinal);
        Assert.Contains("VAESWEEP_PIN=0", refused.LastLines, StringComparison.Ordinal);
    }

    private static TrainerCommand Command() => TrainerCommand.ForAssembly(_testTrainer, "trainer");

    private ProcessTrainerLauncher Launcher(IReadOnlyList<string> gpus) => new(Command())
    {
        Gpus = () => gpus, Environment =
            new Dictionary<string, string>(StringComparer.Ordinal) { ["LD_LIBRARY_PATH"] = Driver() },
    };

    /// <returns>The folder that holds a libcuda.so.1.</returns>
    private string Driver([CallerFilePath] string here = "")
    {
        using var compiler = Process.Start(
            new ProcessStartInfo(
                "cc", ["-shared", "-fPIC", "-o", Path.Combine(_folder, "libcuda.so.1"),
                    Path.Combine(Path.GetDirectoryName(here)!, "fake_cuda.c")]));
        compiler!.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return _folder;
    }
}
