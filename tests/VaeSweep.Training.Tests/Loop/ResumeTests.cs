using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

public sealed class ResumeTests : TrainingTest
{
    public static TheoryData<string> Kinds =>
        ["plain", "batch_norm", "iwae", "dynamic", "warmup", "clip", "hat", "vampprior", "ladder", "norm_grad", "iwae code",
            "ladder code", "cyclic", "phases", "mc_samples"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_trial_that_is_stopped_again_and_again_ends_as_one_that_never_was(string kind)
    {
        var config = Config(kind);
        var expected = Computed(Run(Trial(config)).Events);

        var folder = NewFolder();
        var events = new List<TrainerEvent>();
        string? resumeFrom = null;
        var attempts = 0;
        // Seven steps an epoch, stopped after five: in the middle, in the last batch, at an epoch's end.
        while (!events.OfType<TrialFinished>().Any())
        {
            var context = new RecordingContext { StopAfter = { [1] = 5 } };
            // The measurement at the end asks as well: the last attempt is left alone.
            if (events.OfType<EpochDone>().Any(done => done.Report.Epoch == TrialPhases.Epochs(config.Train)))
                context.StopAfter.Clear();

            Run(context, Trial(config, resumeFrom: resumeFrom, folder: folder, attempt: ++attempts));
            events.AddRange(context.Events);
            resumeFrom = context.LastCheckpoint(1) ?? resumeFrom;
        }

        Assert.InRange(attempts, 4, 8);
        Assert.Equal(expected, Computed(events));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_trial_that_rests_at_its_budgets_ends_as_one_that_never_did(string kind)
    {
        var config = Config(kind);
        var epochs = TrialPhases.Epochs(config.Train);
        var expected = Computed(Run(Trial(config)).Events);

        var folder = NewFolder();
        var events = new List<TrainerEvent>();
        string? resumeFrom = null;
        for (var budget = 1; budget <= epochs; budget++)
        {
            var trial = Trial(config, resumeFrom: resumeFrom, folder: folder, attempt: budget);
            var context = Run(trial with { Budget = budget < epochs ? budget : null });

            Assert.Equal(budget, Assert.Single(context.Events.OfType<EpochDone>()).Report.Epoch);
            Assert.Equal(budget < epochs ? 1 : 0, context.Events.OfType<TrialStopped>().Count());
            events.AddRange(context.Events);
            resumeFrom = context.LastCheckpoint(1);
        }

        Assert.Equal(expected, Computed(events));
    }

    [Fact]
    public void Trials_of_a_pack_that_have_used_up_their_budget_leave_the_others()
    {
        var config = Config("plain");
        var expected = Computed(Run(Trial(config)).Events);

        var context = Run(Trial(config), Trial(config with { Seed = 7 }, key: 2) with { Budget = 1 });

        Assert.Equal(1, context.Events.OfType<EpochDone>().Count(done => done.TrialKey == 2));
        Assert.Equal(2, Assert.Single(context.Events.OfType<TrialStopped>()).TrialKey);
        Assert.Equal(1, context.Events.OfType<Checkpointed>().Last(done => done.TrialKey == 2).Epoch);
        Assert.Equal(expected.Split('\n').Length, Computed(context.Events.Where(one => one.TrialKey == 1)).Split('\n').Length);
    }

    [Fact]
    public void A_trial_that_was_killed_goes_on_from_an_older_checkpoint_and_repeats_the_lost_epochs_alike()
    {
        var config = Config("batch_norm") with { Train = Small().Train with { CheckpointEpochs = 1 } };
        var first = Run(Trial(config));
        var older = first.Events.OfType<Checkpointed>().First().Path;

        var again = Run(Trial(config, resumeFrom: older, attempt: 2));

        Assert.Equal([2, 3], again.Events.OfType<EpochDone>().Select(done => done.Report.Epoch));
        Assert.Equal(Computed(first.Events), Computed([.. first.Events.OfType<EpochDone>().Take(1), .. again.Events]));
    }

    [Fact]
    public void A_checkpoint_in_the_middle_of_an_epoch_continues_alike()
    {
        // An interval of nothing: a checkpoint after every step.
        var config = Config("dynamic") with { Train = Small().Train with { CheckpointSeconds = 1e-9, Epochs = 2 } };
        var first = Run(Trial(config));
        var checkpoints = first.Events.OfType<Checkpointed>().ToArray();
        var middle = checkpoints.First(done => done.Path.Contains("e000001-s00003", StringComparison.Ordinal));

        var again = Run(Trial(config, resumeFrom: middle.Path, attempt: 2));

        Assert.InRange(checkpoints.Length, 14, 16);
        Assert.Equal(1, middle.Epoch);
        Assert.Equal(Computed(first.Events), Computed([.. first.Events.OfType<EpochDone>().Take(1), .. again.Events]));
    }

    [Fact]
    public void A_trial_that_stops_early_ends_alike_however_often_it_was_interrupted()
    {
        var config = EarlyStoppingTests.Restless(seed: 1);
        var expected = Computed(Run(Trial(config)).Events);

        var folder = NewFolder();
        var events = new List<TrainerEvent>();
        string? resumeFrom = null;
        for (var attempt = 1; !events.OfType<TrialFinished>().Any(); attempt++)
        {
            // In the middle of epochs while it trains, and once while its best model is measured.
            var context = new RecordingContext { StopAfter = { [1] = 11 } };
            if (attempt > 60)
                Assert.Fail("it never ended");

            Run(context, Trial(config, resumeFrom: resumeFrom, folder: folder, attempt: attempt));
            events.AddRange(context.Events);
            resumeFrom = context.LastCheckpoint(1) ?? resumeFrom;
        }

        Assert.Equal(expected, Computed(events));
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over()
    {
        var folder = NewFolder();
        var config = Small() with { Train = Small().Train with { CheckpointEpochs = 1 } };
        var first = Run(Trial(config, folder: folder));
        var last = first.LastCheckpoint(1)!;
        File.WriteAllBytes(last, File.ReadAllBytes(last)[..^100]);

        var again = Run(Trial(config, resumeFrom: last, folder: folder, attempt: 2));

        Assert.Equal([3], again.Events.OfType<EpochDone>().Select(done => done.Report.Epoch));
        Assert.Equal(Computed(first.Events), Computed([.. first.Events.OfType<EpochDone>().Take(2), .. again.Events]));
    }

    [Fact]
    public void A_stop_while_the_finished_model_is_measured_repeats_the_measurement_alone()
    {
        var folder = NewFolder();
        var context = new RecordingContext();
        context.Told = happened =>
        {
            if (happened is EpochDone { Report.Epoch: 3 })
                context.StopAfter[1] = 0;
        };
        Run(context, Trial(Small(), folder: folder));

        var again = Run(Trial(Small(), resumeFrom: context.LastCheckpoint(1), folder: folder, attempt: 2));

        Assert.IsType<TrialStopped>(context.Events[^1]);
        Assert.Empty(again.Events.OfType<EpochDone>());
        Assert.Equal(Computed(Run(Trial(Small())).Events), Computed([.. context.Events, .. again.Events]));
    }

    [Fact]
    public void Trials_at_different_steps_are_trained_in_turn()
    {
        var (one, two) = (Small(seed: 1), Small(seed: 2));
        var started = Run(new RecordingContext { StopAfter = { [2] = 9 } }, Trial(two, key: 2));

        var both = Run(Trial(one, key: 1), Trial(two, key: 2, resumeFrom: started.LastCheckpoint(2), attempt: 2));

        Assert.Equal(Computed(Run(Trial(one)).Events), Computed(both.Of(1)));
        Assert.Equal(Computed(Run(Trial(two, key: 2)).Of(2)), Computed([.. started.Of(2), .. both.Of(2)]));
    }

    [Fact]
    public void A_waiting_trial_stops_at_once_and_a_fresh_one_needs_no_checkpoint()
    {
        var started = Run(new RecordingContext { StopAfter = { [1] = 9 } }, Trial(Small(), key: 1));

        var context = Run(
            new RecordingContext { StopAfter = { [2] = 0 } },
            Trial(Small(), key: 1, resumeFrom: started.LastCheckpoint(1), attempt: 2), Trial(Small(seed: 2), key: 2));

        Assert.Equal([new TrialStopped(2)], context.Of(2));
        Assert.IsType<TrialFinished>(context.Of(1).Last());
        Assert.True(context.Events.ToList().IndexOf(new TrialStopped(2)) == 0, "it had to wait for its turn");
    }

    internal static TrialConfig Config(string kind)
    {
        var config = Small();
        return kind switch
        {
            "batch_norm" => config with { Model = config.Model with { BatchNorm = true } },
            "iwae" => config with { Objective = new() { Bound = "iwae", K = 5 } },
            "dynamic" => config with { Dataset = config.Dataset with { Binarization = "dynamic" } },
            "warmup" => config with { Objective = new() { WarmupEpochs = 5, Beta = 0.5 } },
            "clip" => config with { Train = config.Train with { Clip = 0.5 } },
            "hat" => config with { Train = config.Train with { Adam = new() { EpsForm = "hat", Eps = 1e-4, Beta2 = 0.9 } } },
            "vampprior" => config with { Model = config.Model with { Prior = "vampprior", PseudoInputs = 6 } },
            "ladder" =>
                config with { Model = config.Model with { Family = "ladder", Layers = [4, 2], Hidden = [[24], [12]],
                    BatchNorm = true } },
            "norm_grad" => config with { Train = config.Train with { Optimizer = "adam_norm_grad" } },
            "iwae code" => config with
            {
                Train = config.Train with { Schedule = "iwae", Optimizer = "adam_iwae_code",
                    Adam = new() { Beta1 = 0.99, Eps = 1e-4, EpsForm = "hat", SecondMomentStart = 1 } },
            },
            "ladder code" => config with
            {
                Train = config.Train with { Schedule = "step", ScheduleEvery = 1, Clip = 4, ClipEntries = 0.9,
                    Adam = new() { Eps = 1e-4, EpsForm = "hat" } },
            },
            "phases" => PhaseTests.Phased(
                1, PhaseTests.Phase("epochs: 1, objective.bound: iwae, objective.k: 3, objective.mc_samples: 2"),
                PhaseTests.Phase("epochs: 1, train.schedule: step, train.schedule_every: 1")),
            "mc_samples" => config with { Objective = new() { Bound = "iwae", K = 2, McSamples = 3 } },
            "cyclic" => config with { Objective = new() { Warmup = "cyclic", WarmupEpochs = 3, WarmupCycles = 2 } },
            _ => config,
        };
    }
}
