using System.Globalization;

namespace VaeSweep.Training.Alarms;

/// <summary>The posterior has become the prior: the code says nothing about the image.</summary>
/// <remarks>Garcia, Notes on VAEs, section 3.2: watch reconstruction and KL apart. A mean over units under the limit means that
/// every unit's KL is near zero.</remarks>
internal static class PosteriorCollapse
{
    public static Alarm Alarm { get; } = new(
        "posterior_collapse",
        settings => settings.Collapse,
        epoch => epoch.Report.TrainKl < epoch.Settings.CollapseKl * epoch.Units,
        epoch => string.Create(CultureInfo.InvariantCulture,
            $"posterior collapse: for {epoch.Settings.Epochs} epochs the KL term of the training images was "
                + $"under {epoch.Settings.CollapseKl:G4} nats a latent unit, now {epoch.Report.TrainKl:G4} in all"));
}
