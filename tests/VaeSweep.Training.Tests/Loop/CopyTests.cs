using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Training.Tests;

/// <summary>Population-based training: a copy goes on from the other's checkpoint, and its configuration is the schedule of
/// both.</summary>
public sealed class CopyTests : TrainingTest
{
    private const string Population = """
        name: a
        dataset: { name: sprites, binarization: none, train: 200, valid: 40, test: 60 }
        model: { latent: 4, hidden: [24] }
        train: { epochs: 6, batch_size: 32 }
        method: random
        trials: 4
        scheduler: { pbt: { every: 2 } }
        parameters:
          train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] }
          objective.beta: { uniform: [0.5, 2.0] }
          objective.warmup_epochs: [0, 2, 4]
        evaluate: { metrics: [test_elbo] }
        """;

    [Fact]
    public void A_lineage_that_is_trained_from_nothing_gives_the_same_weights_to_the_last_bit()
    {
        var (first, second, third) = Lineage();
        var folder = NewFolder();

        // As the sweep goes: each begins with the other's checkpoint, and rests at its budget.
        var begun = Checkpoint(Trial(first, folder: folder) with { Budget = 2 });
        var copied = Checkpoint(Trial(second, resumeFrom: begun) with { Budget = 4 });
        var asASweep = Run(Trial(third, resumeFrom: copied));
        var asASchedule = Run(Trial(third));

        Assert.Equal([5, 6], Epochs(asASweep));
        Assert.Equal([1, 2, 3, 4, 5, 6], Epochs(asASchedule));
        Assert.Equal(Model(asASchedule), Model(asASweep));
        Assert.NotEqual(Model(asASchedule), Model(Run(Trial(first))));
    }

    [Fact]
    public void What_the_other_did_after_they_parted_is_not_taken_over()
    {
        var (first, second, _) = Lineage();
        var further = Checkpoint(Trial(first) with { Budget = 3 });

        var events = Run(Trial(second, resumeFrom: further));

        Assert.Equal([1, 2, 3, 4, 5, 6], Epochs(events));
        Assert.Equal(Model(Run(Trial(second))), Model(events));
    }

    private static (TrialConfig First, TrialConfig Second, TrialConfig Third) Lineage()
    {
        var sweep = SweepFile.Parse(Population);
        var first = TrialConfigJson.Parse(sweep.Expand().First().ConfigJson);
        var second = Copied(sweep, first, 2);
        return (first, second, Copied(sweep, second, 4));
    }

    /// <summary>The first copy that a search makes of a configuration.</summary>
    private static TrialConfig Copied(SweepDefinition sweep, TrialConfig config, int epoch)
    {
        var book = new SearchBook(sweep);
        var trial = TrialConfigJson.ToTrial(config);
        book.Learn(1, trial.ConfigJson);
        book.Learn(2, sweep.Expand().ElementAt(1).ConfigJson);
        var step = book.Next(
            [.. Enumerable.Range(1, 2).Select(key => new SearchTrial(
                key, key - 1, key == 1 ? trial.Fingerprint : "other", key, 0, TrialState.Paused, Wanted: true,
                [.. Enumerable.Repeat(-(double)key, epoch)]) { Budget = epoch, Rests = true })], 2, 0);
        var copy = Assert.Single(step.Clones);
        Assert.Equal((1L, epoch), (copy.Of, copy.Epoch));
        return TrialConfigJson.Parse(copy.Child.ConfigJson);
    }

    private string Checkpoint(TrainerTrial trial) => Run(trial).Events.OfType<Checkpointed>().Last().Path;

    private static IEnumerable<int> Epochs(RecordingContext context) =>
        context.Events.OfType<EpochDone>().Select(done => done.Report.Epoch);

    private static string Model(RecordingContext context) => string.Join(
        '\n', SafetensorsFile.Load(context.Events.OfType<TrialFinished>().Single().ModelPath).Tensors
            .Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Data)}"));
}
