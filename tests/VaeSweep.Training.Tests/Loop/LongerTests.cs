using VaeSweep.Sweeps;
using VaeSweep.Training.Schedules;

namespace VaeSweep.Training.Tests;

/// <summary>A trial of more epochs goes on from the last checkpoint of one that differs in nothing else.</summary>
public sealed class LongerTests : TrainingTest
{
    public static TheoryData<string> Kinds => [.. ResumeTests.Kinds.Select(one => one.Data).Where(kind => kind != "phases")];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Two_epochs_and_one_more_give_what_three_give(string kind)
    {
        var config = ResumeTests.Config(kind);
        var shorter = Run(Trial(WithEpochs(config, 2)));

        var longer = Run(Trial(config, resumeFrom: shorter.LastCheckpoint(1)));

        Assert.Equal([3], Epochs(longer));
        Assert.Equal(
            Computed(Run(Trial(config)).Events), Computed([.. shorter.Events.OfType<EpochDone>(), .. longer.Events]));
    }

    [Fact]
    public void A_trial_that_stops_early_ends_at_the_same_epoch_wherever_its_first_part_ended()
    {
        var config = EarlyStoppingTests.Restless(seed: 1);
        var whole = Run(Trial(config));
        var end = Epochs(whole).Count;

        for (var epochs = end - 2; epochs <= end + 1; epochs++)
        {
            var shorter = Run(Trial(WithEpochs(config, epochs)));
            var longer = Run(Trial(config, resumeFrom: shorter.LastCheckpoint(1)));

            Assert.Equal(Math.Max(0, end - epochs), Epochs(longer).Count);
            Assert.Equal(Ended(whole), Ended(longer));
            Assert.Equal(Untold(whole.Events), Untold([.. shorter.Events.OfType<EpochDone>(), .. longer.Events]));
        }
    }

    [Fact]
    public void An_alarm_that_stops_at_the_last_epoch_stops_who_goes_on_from_there()
    {
        var config = Small() with
        {
            Train = Small(epochs: 5).Train with { Alarms = new() { Collapse = "stop", CollapseKl = 1e6, Epochs = 2 } },
        };
        var whole = Run(Trial(config));
        var shorter = Run(Trial(WithEpochs(config, 2)));

        var longer = Run(Trial(config, resumeFrom: shorter.LastCheckpoint(1)));

        Assert.Equal([1, 2], Epochs(whole));
        Assert.Null(Ended(shorter));
        Assert.NotNull(Ended(longer));
        Assert.Equal(Ended(whole), Ended(longer));
        Assert.Equal(Untold(whole.Events), Untold([.. shorter.Events.OfType<EpochDone>(), .. longer.Events]));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "train.phases", "phases" },
        { "evaluate.every 2 does not divide 1", "every" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_no_beginning_is_refused_in_words_and_starts_anew(string why, string kind)
    {
        var config = kind == "phases" ? PhaseTests.Phased(2, PhaseTests.Phase("epochs: 1"))
            : Small() with { Evaluate = Small().Evaluate with { Every = 2 } };
        var shorter = Run(Trial(WithEpochs(config, 1)));

        var longer = Run(Trial(config, resumeFrom: shorter.LastCheckpoint(1)));

        Assert.StartsWith(why, TrialPhases.WhyAnew(config, 1), StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], Epochs(longer));
    }

    [Fact]
    public void No_schedule_depends_on_how_many_epochs_there_will_be()
    {
        foreach (var schedule in ScheduleKinds.Registry.Names)
        {
            TrainConfig[] lengths = [.. new[] { 7, 8, 4000 }.Select(epochs =>
                new TrainConfig { Schedule = schedule, ScheduleEvery = 2, Epochs = epochs })];

            // One that does is to be named by TrialPhases.WhyAnew.
            Assert.All(Enumerable.Range(1, 7), epoch =>
                Assert.Single(lengths.Select(train => ScheduleKinds.Rate(train, epoch)).Distinct()));
        }
    }

    private static TrialConfig WithEpochs(TrialConfig config, int epochs) =>
        config with { Train = config.Train with { Epochs = epochs } };

    /// <summary>What was computed. That it stopped early is an event of the whole one's last epoch alone: the shorter one ended
    /// there.</summary>
    private static string Untold(IEnumerable<TrainerEvent> events) => Computed(
        events.Select(one => one is EpochDone done ? done with { Report = done.Report with { Events = [] } } : one));

    private static IReadOnlyList<int> Epochs(RecordingContext context) =>
        [.. context.Events.OfType<EpochDone>().Select(done => done.Report.Epoch)];

    private static string? Ended(RecordingContext context) => context.Events.OfType<TrialFinished>().Single().EndedEarly;
}
