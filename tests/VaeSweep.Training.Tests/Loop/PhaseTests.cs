using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

public sealed class PhaseTests : TrainingTest
{
    [Fact]
    public void A_phase_that_changes_nothing_is_more_of_the_same()
    {
        var whole = Small(epochs: 4);
        var parts = Phased(2, Phase("epochs: 2"));

        Assert.Equal(Computed(Run(Trial(whole)).Events), Computed(Run(Trial(parts)).Events));
    }

    [Fact]
    public void Epochs_are_counted_through_all_phases()
    {
        var config = Phased(1, Phase("epochs: 2, objective.bound: iwae, objective.k: 3"),
            Phase("epochs: 1, train.batch_size: 50"));

        var reports = Run(Trial(config)).Events.OfType<EpochDone>().Select(done => done.Report).ToArray();

        Assert.Equal([1, 2, 3, 4], reports.Select(report => report.Epoch));
        Assert.Equal(4, TrialConfigJson.ToTrial(config).Epochs);
        // The importance-weighted objective lies above the bound that is reported beside it.
        Assert.Equal([false, true, true, false], reports.Select(report => report.TrainObjective > report.TrainElbo + 1e-3));
    }

    [Fact]
    public void A_phase_has_a_learning_rate_of_its_own_whose_schedule_begins_with_it()
    {
        // Rates so small that a float32 parameter does not move.
        var still = Phased(2, Phase("epochs: 2, train.optimizer.adam.lr: 1.0e-30"));
        var falling =
            Phased(2, Phase("epochs: 2, train.schedule: step, train.schedule_every: 1, train.schedule_factor: 1.0e-30"));

        Assert.Equal(Model(Small(epochs: 2)), Model(still));
        Assert.Equal(Model(Small(epochs: 3)), Model(falling));
    }

    [Fact]
    public void The_warm_up_goes_on_through_phases()
    {
        var config = Phased(2, Phase("epochs: 3")) with { Objective = new() { WarmupEpochs = 4 } };

        var betas = Run(Trial(config)).Events.OfType<EpochDone>().Select(done => done.Report.Beta);

        Assert.Equal([0, 0.25, 0.5, 0.75, 1], betas);
    }

    private string Model(TrialConfig config)
    {
        var finished = Run(Trial(config)).Events.OfType<TrialFinished>().Single();
        return string.Join('\n', SafetensorsFile.Load(finished.ModelPath).Tensors.Select(tensor =>
            $"{tensor.Name} {Convert.ToHexString(tensor.Data)}"));
    }

    internal static TrialConfig Phased(int epochs, params TrainPhase[] phases) =>
        Small(epochs: epochs) with { Train = Small().Train with { Epochs = epochs, Phases = phases } };

    internal static TrainPhase Phase(string text) =>
        TrialConfigJson.Parse(SweepFile.Parse($"name: a\ntrain: {{ phases: [{{ {text} }}] }}").Expand()
            .Single().ConfigJson).Train.Phases.Single();
}
