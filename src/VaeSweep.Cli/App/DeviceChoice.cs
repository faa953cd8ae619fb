using System.CommandLine;
using VaeSweep.Cluster;

namespace VaeSweep.Cli;

/// <summary>What a person wrote after --devices.</summary>
internal static class DeviceChoice
{
    private const string ShareVariable = "VAESWEEP_SHARE";

    public static Option<bool> ShareOption() => new("--share")
    {
        Description = $"train on cores and GPUs that another process of this machine trains on too; {ShareVariable}=1 "
            + "says the same",
    };

    /// <exception cref="CliException">It cannot be read, or asks for what the machine does not have.</exception>
    public static IReadOnlyList<string> Parse(string text) => Explained(() => DeviceSpec.Parse(text));

    /// <summary>Takes the devices for this process, as long as it keeps what is returned.</summary>
    /// <exception cref="CliException">It cannot be read, or asks for what is not there or taken.</exception>
    public static DeviceReservation Take(string text, bool share, string command, CliHost host)
    {
        var reservation = share || host.Environment(ShareVariable) is "1"
            ? Explained(() => DeviceReservation.Share(text))
            : Explained(
                () => DeviceReservation.Take(
                    text, $"vaesweep {command} (process {Environment.ProcessId})",
                    host.Environment(DeviceReservation.FolderVariable)));
        if (reservation.Note is { } note)
            host.Say($"{string.Join(", ", reservation.Devices)}: {note}");

        return reservation;
    }

    private static T Explained<T>(Func<T> choose)
    {
        try
        {
            return choose();
        }
        catch (ArgumentException wrong)
        {
            throw new CliException($"--devices: {wrong.Message}");
        }
    }
}
