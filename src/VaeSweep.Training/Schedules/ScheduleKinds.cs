using VaeSweep.Models;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Schedules;

/// <summary>How a learning rate changes over the epochs. A new schedule is a file here and a line below.</summary>
public static class ScheduleKinds
{
    /// <summary>From a trial's settings and an epoch, counted from 1, to what its learning rate is multiplied by.</summary>
    public static Registry<Func<TrainConfig, int, double>> Registry { get; } =
        new("schedule", new Dictionary<string, Func<TrainConfig, int, double>>
    {
        ["constant"] = (_, _) => 1,
        ["step"] = StepSchedule.Factor,
        ["iwae"] = IwaeSchedule.Factor,
    });

    /// <summary>A trial's learning rate in an epoch of its phase, counted from 1.</summary>
    public static double Rate(TrainConfig train, int epoch)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        return train.Adam.Lr * Registry[train.Schedule](train, epoch);
    }
}
