using VaeSweep.Sweeps;

namespace VaeSweep.Training.Schedules;

/// <summary>Times a factor every so many epochs.</summary>
/// <remarks>Sønderby et al. 2016, section 3: times 0.75 every 200 epochs while fine-tuning.</remarks>
internal static class StepSchedule
{
    public static double Factor(TrainConfig train, int epoch) =>
        Math.Pow(train.ScheduleFactor, (epoch - 1) / train.ScheduleEvery);
}
