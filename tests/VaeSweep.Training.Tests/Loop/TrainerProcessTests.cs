using System.Diagnostics;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

/// <summary>The real trainer in its own process.</summary>
public sealed class TrainerProcessTests : TrainingTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_computes_what_a_run_in_this_process_does_bit_by_bit()
    {
        var expected = Computed(Run(Trial(Small())).Events);
        await using var trainer = await StartAsync();

        var events = await trainer.RunAsync(new TrainerJob([Trial(Small())]), Token).ToArrayAsync(Token);

        Assert.Equal(expected, Computed(events));
        Assert.Contains("\"libtorch\":", trainer.Provenance, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_whose_trainer_was_killed_goes_on_in_another_and_ends_the_same()
    {
        var config = Small(epochs: 40) with { Train = Small().Train with { Epochs = 40, CheckpointEpochs = 5 } };
        var expected = Computed(Run(Trial(config)).Events);
        var folder = NewFolder();
        var events = new List<TrainerEvent>();

        await using (var trainer = await StartAsync())
        {
            var pid = JsonDocument.Parse(trainer.Provenance).RootElement.GetProperty("pid").GetInt32();
            await Assert.ThrowsAsync<TrainerCrashedException>(async () =>
            {
                await foreach (var happened in trainer.RunAsync(new TrainerJob([Trial(config, folder: folder)]), Token))
                {
                    events.Add(happened);
                    if (happened is Checkpointed)
                    {
                        using var process = Process.GetProcessById(pid);
                        process.Kill();
                    }
                }
            });
        }

        var checkpoint = events.OfType<Checkpointed>().Last();
        await using var next = await StartAsync();
        var rest = await next.RunAsync(
            new TrainerJob([Trial(config, folder: folder, resumeFrom: checkpoint.Path, attempt: 2)]), Token).ToArrayAsync(Token);

        Assert.Equal(checkpoint.Epoch + 1, rest.OfType<EpochDone>().First().Report.Epoch);
        Assert.Equal(expected, Computed([.. events, .. rest]));
    }

    private static Task<ITrainer> StartAsync() =>
        new ProcessTrainerLauncher(TrainerCommand.ForAssembly(TestProcess.Path, "libtorch")).StartAsync("cpu:0", Token);
}
