using System.Globalization;

namespace VaeSweep.Cli.Dashboard;

/// <summary>How busy this machine is.</summary>
internal static class MachineFacts
{
    private const string LoadFile = "/proc/loadavg";

    /// <returns>Processes that run or want to, for each core; null where the system does not tell.</returns>
    public static double? Load()
    {
        try
        {
            return File.Exists(LoadFile) && double.TryParse(
                File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture, out var load)
                ? Math.Round(load / Environment.ProcessorCount, 2) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
