using VaeSweep.Cluster;

namespace VaeSweep.Cli;

/// <summary>What a person wrote after --devices.</summary>
internal static class DeviceChoice
{
    /// <exception cref="CliException">It cannot be read, or asks for what the machine does not have.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        try
        {
            return DeviceSpec.Parse(text);
        }
        catch (ArgumentException wrong)
        {
            throw new CliException($"--devices: {wrong.Message}");
        }
    }
}
