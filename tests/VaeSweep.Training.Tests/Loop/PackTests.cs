using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

public sealed class PackTests : TrainingTest
{
    [Theory]
    [InlineData(false, "elbo", 1)]
    [InlineData(true, "elbo", 1)]
    [InlineData(false, "iwae", 5)]
    public void A_pack_of_three_gives_each_trial_what_it_gets_alone(bool batchNorm, string bound, int k)
    {
        TrialConfig Config(long seed, double lr, double beta) => Small(seed) with
        {
            Model = Small().Model with { BatchNorm = batchNorm },
            Objective = new() { Bound = bound, K = k, Beta = beta },
            Train = Small().Train with { Adam = new() { Lr = lr } },
        };
        TrialConfig[] configs = [Config(1, 1e-3, 1), Config(2, 3e-3, 0.5), Config(3, 1e-4, 1)];

        var pack = Run([.. configs.Select((config, i) => Trial(config, key: i + 1))]);

        for (var i = 0; i < configs.Length; i++)
        {
            var alone = Run(Trial(configs[i], key: i + 1)).Of(i + 1).ToArray();
            var together = pack.Of(i + 1).ToArray();
            Assert.Equal(alone.Select(e => e.GetType()), together.Select(e => e.GetType()));
            foreach (var (a, b) in Reports(alone).Zip(Reports(together)))
            {
                Close(a.TrainElbo, b.TrainElbo);
                Close(a.TestKl, b.TestKl);
                Close(a.GradNorm, b.GradNorm);
                Close(a.Units[0].Activity[0], b.Units[0].Activity[0]);
            }

            foreach (var (a, b) in alone.OfType<TrialFinished>()
                .Single().Evaluations.Zip(together.OfType<TrialFinished>().Single().Evaluations))
            {
                Close(a.Value, b.Value);
            }
        }
    }

    [Fact]
    public void Trials_with_learning_rates_schedules_and_warm_ups_of_their_own_share_a_pack()
    {
        TrialConfig[] configs =
        [
            Small(1) with { Train = Small().Train with { Schedule = "step", ScheduleEvery = 1, ScheduleFactor = 0.1 } },
            Small(2) with { Train = Small().Train with { Schedule = "iwae", Adam = new() { Lr = 3e-3, SecondMomentStart = 1 } } },
            Small(3) with { Objective = new() { Warmup = "vampprior", WarmupEpochs = 3 } },
        ];

        var pack = Run([.. configs.Select((config, i) => Trial(config, key: i + 1))]);

        Assert.Single(configs.Select(config => TrialConfigJson.ToTrial(config).PackKey).Distinct());
        for (var i = 0; i < configs.Length; i++)
        {
            foreach (var (alone, together) in Reports(Run(Trial(configs[i], key: i + 1)).Events).Zip(Reports(pack.Of(i + 1))))
            {
                Close(alone.TestElbo, together.TestElbo);
                Assert.Equal(alone.Beta, together.Beta);
            }
        }
    }

    [Fact]
    public void A_trial_whose_bound_is_no_number_fails_alone()
    {
        var sound = Small(seed: 1);
        var broken = Small(seed: 2) with { Train = Small().Train with { Adam = new() { Lr = 1e30 } } };

        var pack = Run(Trial(sound, key: 1), Trial(broken, key: 2), Trial(Small(seed: 3), key: 3));

        var failed = Assert.IsType<TrialFailed>(pack.Of(2).Last());
        Assert.Equal(FailureClass.Nan, failed.Class);
        Assert.Equal("NaN in the bound at epoch 1, step 2", failed.Reason);
        Assert.IsType<TrialFinished>(pack.Of(3).Last());
        var (alone, together) = (Reports(Run(Trial(sound)).Events).Last(), Reports(pack.Of(1)).Last());
        Close(alone.TestElbo, together.TestElbo);
    }

    [Fact]
    public void A_trial_whose_last_step_leaves_no_number_fails_when_it_is_measured()
    {
        // One step: its bound is of the model before it.
        var broken =
            Small(seed: 2) with { Train = Small().Train with { Adam = new() { Lr = 1e30 }, BatchSize = 1_000_000, Epochs = 1 } };

        var failed = Assert.IsType<TrialFailed>(Run(Trial(broken, key: 1)).Of(1).Last());

        Assert.Equal(FailureClass.Nan, failed.Class);
        Assert.Matches("^test_[a-z]+ of the trained model is (NaN|infinite|minus infinity), after epoch 1$", failed.Reason);
    }

    [Fact]
    public void A_trial_that_is_stopped_leaves_its_pack_and_the_others_go_on()
    {
        var pack = Run(new RecordingContext { StopAfter = { [2] = 10 } }, Trial(Small(seed: 1), key: 1),
            Trial(Small(seed: 2), key: 2));

        var rest = Run(Trial(Small(seed: 2), key: 2, resumeFrom: pack.LastCheckpoint(2), attempt: 2));

        Assert.IsType<TrialStopped>(pack.Of(2).Last());
        Close(Reports(Run(Trial(Small(seed: 1))).Events).Last().TestElbo, Reports(pack.Of(1)).Last().TestElbo);
        Close(Reports(Run(Trial(Small(seed: 2))).Events).Last().TestElbo, Reports(rest.Of(2)).Last().TestElbo);
    }

    private static IEnumerable<EpochReport> Reports(IEnumerable<TrainerEvent> events) => events.OfType<EpochDone>()
        .Select(done => done.Report);

    private static void Close(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-4 * (1 + Math.Abs(expected)),
            $"{expected:R} alone, {actual:R} in the pack");
}
