using System.Globalization;

namespace VaeSweep.Training.Alarms;

/// <summary>The code carries more about the training images than helps: the rate is above a bound, or the model still draws
/// training images better while others get less likely.</summary>
internal static class InformationOverload
{
    public static Alarm Alarm { get; } = new("information_overload", settings => settings.Overload, Holds, Describe);

    private static bool? Holds(AlarmedEpoch epoch)
    {
        if (RateIsOver(epoch))
            return true;

        if (epoch.WarmsUp || double.IsNaN(epoch.Progress.BestValidElbo))
            return false;

        return double.IsNaN(epoch.Report.ValidElbo) ? null
            : epoch.Report.ValidElbo < epoch.Progress.BestValidElbo && epoch.Report.TrainRecon > epoch.Progress.ReconAtBest;
    }

    private static string Describe(AlarmedEpoch epoch) => RateIsOver(epoch)
        ? string.Create(CultureInfo.InvariantCulture,
            $"information overload: for {epoch.Settings.Epochs} epochs the KL term of the training images was "
                + $"above {epoch.Settings.OverloadKl:G6} nats, now {epoch.Report.TrainKl:G6}")
        : string.Create(CultureInfo.InvariantCulture,
            $"information overload: since epoch {epoch.Progress.BestEpoch} the validation bound fell "
                + $"from {epoch.Progress.BestValidElbo:F2} to {epoch.Report.ValidElbo:F2} nats while the distortion of the "
                + $"training images fell from {-epoch.Progress.ReconAtBest:F2} to {-epoch.Report.TrainRecon:F2}");

    private static bool RateIsOver(AlarmedEpoch epoch) => epoch.Settings.OverloadKl > 0
        && epoch.Report.TrainKl > epoch.Settings.OverloadKl;
}
