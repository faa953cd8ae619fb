using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>Where checkpoints and models go.</summary>
internal static class Artifacts
{
    private const string Variable = "VAESWEEP_ARTIFACTS";

    public static Option<string?> Folder() => new("--artifacts")
    {
        Description = $"folder for checkpoints and models; {Variable}, else beside the store. Nodes on several machines must share it", HelpName = "folder",
    };

    /// <param name="store">As on the command line.</param>
    public static string Of(string? given, string store, CliHost host)
    {
        if (given is not null)
        {
            return given;
        }

        if (host.Environment(Variable) is { Length: > 0 } set)
        {
            return set;
        }

        const string Prefix = "sqlite:";
        return store.Contains("://", StringComparison.Ordinal) ? "vaesweep.artifacts" : $"{(store.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? store[Prefix.Length..] : store)}.artifacts";
    }
}
