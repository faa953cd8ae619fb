using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps.Tests;

public sealed class PopulationTests
{
    [Fact]
    public void Nobody_is_judged_before_all_have_come()
    {
        var scheduler = new PopulationScheduler(5, 0, 0.25, 20, seed: 1);

        Assert.Empty(scheduler.Decide([At(0, 5, 1), At(1, 5, 2), At(2, 5, double.NaN, PointStand.Runs)], 9, mayGrow: false));
        Assert.Equal(5, scheduler.FirstBudget);
    }

    [Fact]
    public void The_worst_quarter_gives_up_its_places_to_copies_of_the_best()
    {
        var scheduler = new PopulationScheduler(5, 0, 0.25, 12, seed: 1);

        var decisions = scheduler.Decide(
            [
                .. Enumerable.Range(0, 8).Select(i => At(i, 10, 8 - i)), At(8, 12, 0, PointStand.Closed),
                At(9, 5, 1, PointStand.Ended),
            ],
            room: 1, mayGrow: false);

        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), decisions.Select(one => one.Number).Order());
        Assert.Equal([0L, 1L], decisions.Where(one => one.Budget is null).Select(one => one.Number).Order());
        Assert.All(decisions.Where(one => one.Budget is null), one =>
        {
            Assert.InRange(one.Copy!.Of, 6, 7);
            Assert.Equal((10, 12), (one.Copy.Epoch, one.Copy.Budget));
        });
        Assert.All(decisions.Where(one => one.Budget is not null), one => Assert.Equal(12, one.Budget));
        Assert.Contains(decisions, one => one.Reason == "8th of 8 at 10 epochs; a copy of a better one takes its place");
    }

    [Fact]
    public void Before_the_burn_in_and_of_a_single_member_none_is_replaced()
    {
        var young = new PopulationScheduler(2, 4, 0.5, 8, seed: 1);
        RungPoint[] points = [At(0, 2, 1), At(1, 2, 2)];

        Assert.All(young.Decide(points, 2, false), one => Assert.Equal(4, one.Budget));
        Assert.Equal(8, Assert.Single(new PopulationScheduler(2, 0, 0.5, 8, 1).Decide([At(0, 6, 1)], 1, false)).Budget);
    }

    [Fact]
    public void A_copy_has_other_settings_within_their_ranges_and_the_schedule_of_both()
    {
        var sweep = SweepFile.Parse("""
            name: a
            dataset: { valid: 100 }
            train: { epochs: 9 }
            method: random
            trials: 4
            scheduler: { pbt: { every: 3, resample: 0 } }
            parameters:
              train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] }
              objective.beta: { uniform: [0.9, 1.1] }
              objective.k: { values: [2, 5, 10], when: { objective.bound: iwae } }
              objective.bound: [elbo, iwae]
            """);
        var block = Assert.Single(sweep.Blocks);
        var explorer = new Explorer(block, sweep.Explores!, 0);
        var first = TrialConfigJson.Parse(sweep.Expand().First().ConfigJson);

        for (var number = 0; number < 200; number++)
        {
            var (second, changes) = explorer.Copy(first, 3, number, 0);
            var (third, _) = explorer.Copy(second, 6, number + 1000, 0);

            Assert.NotEmpty(changes);
            Assert.Equal((9, 9), (TrialPhases.Epochs(second.Train), TrialPhases.Epochs(third.Train)));
            Assert.Equal([3, 6], Lengths(second));
            Assert.Equal([3, 3, 3], Lengths(third));
            var (now, before) = (TrialPhases.Of(second)[^1].Config, first);
            Assert.InRange(now.Train.Adam.Lr / before.Train.Adam.Lr, 0.79, 1.21);
            Assert.InRange(now.Train.Adam.Lr, 1e-4, 1e-2);
            Assert.InRange(now.Objective.Beta, 0.9, 1.1);
            // The first phase of the third is the second's, and so on: whoever begins so may go on from there.
            Assert.Equal(
                [(Print(second), 6), (Print(first), 3)],
                TrialPhases.Beginnings(third).Select(one => (Print(one.Config), one.Epochs)));
            Assert.Equal(Print(third), Print(TrialConfigJson.Parse(TrialConfigJson.ToTrial(third).ConfigJson)));
            Assert.Equal(changes, explorer.Copy(first, 3, number, 0).Changes);
        }

        static int[] Lengths(TrialConfig config) =>
            [.. TrialPhases.Of(config).Select(phase => phase.LastEpoch - phase.FirstEpoch + 1)];

        static string Print(TrialConfig config) => TrialConfigJson.ToTrial(config).Fingerprint;
    }

    [Fact]
    public void A_member_whose_place_was_taken_does_not_come_back_when_a_seed_of_it_is_retried()
    {
        var sweep = SweepFile.Parse("""
            name: a
            dataset: { valid: 100 }
            train: { epochs: 9 }
            method: random
            trials: 4
            seeds: 2
            scheduler: { pbt: { every: 3 } }
            parameters: { objective.beta: { uniform: [0.5, 2.0] } }
            """);
        var book = new SearchBook(sweep);
        var trials = sweep.Expand().Select((one, i) => Seen(one, i, point: one.Index / 2, loss: one.Index)).ToList();
        var failed = trials.FindIndex(one => one.Index == 7);
        trials[failed] = trials[failed] with { State = TrialState.Failed, Rests = false };
        var step = book.Next(trials, room: 8, toCome: 0);
        Assert.Equal([7L, 6L], step.Clones.Select(one => trials[(int)one.Instead].Index).OrderDescending());

        // The copy is at the next rung when the seed that had failed has come to the first one.
        foreach (var move in step.Moves)
        {
            var trial = trials[(int)move.Trial];
            trials[(int)move.Trial] = move.Budget is { } budget
                ? trial with { State = TrialState.Running, Budget = budget, Rests = false }
                : trial with { State = TrialState.Stopped, Rests = false, IsEnded = true };
        }

        foreach (var clone in step.Clones)
        {
            var copy = Seen(clone.Child, trials.Count, point: 9, loss: 1);
            trials.Add(copy with { Budget = 6, Rests = false, State = TrialState.Running });
        }

        trials[failed] = trials[failed] with { State = TrialState.Paused, Rests = true };
        step = book.Next(trials, room: 8, toCome: 0);

        Assert.Empty(step.Clones);
        Assert.Equal((failed, null), Assert.Single(step.Moves) is var only ? ((int)only.Trial, only.Budget) : default);

        SearchTrial Seen(Trial trial, int key, long point, double loss)
        {
            book.Learn(point, trial.ConfigJson);
            return new SearchTrial(
                key, trial.Index, trial.Fingerprint, point, trial.Seed, TrialState.Paused, true, [-loss, -loss, -loss])
            {
                Budget = 3, Rests = true,
            };
        }
    }

    private static RungPoint At(long number, int budget, double value, PointStand stands = PointStand.Waits) =>
        new(number, budget, stands, epochs => epochs <= budget ? value : double.NaN);
}
