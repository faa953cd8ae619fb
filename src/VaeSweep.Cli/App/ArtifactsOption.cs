using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>Where checkpoints and models go.</summary>
internal static class ArtifactsOption
{
    private const string Variable = "VAESWEEP_ARTIFACTS";

    public static Option<string?> Make() => new("--artifacts")
    {
        Description = $"folder for checkpoints and models; {Variable}, else beside the store. A worker that does not see the "
            + "head's sends them there, and keeps in its own what is on its way", HelpName = "folder",
    };

    /// <param name="store">Its path.</param>
    /// <returns>A full path.</returns>
    public static string Of(string? given, string store, CliHost host) =>
        Path.GetFullPath(Chosen(given, host) ?? $"{store}.artifacts");

    /// <returns>Null where nobody chose one.</returns>
    public static string? Chosen(string? given, CliHost host) =>
        given ?? (host.Environment(Variable) is { Length: > 0 } set ? set : null);

    /// <summary>For a node of a head in another process: the head's own folder where that is on this machine, else one of this
    /// machine. Where the node sees the head's folder, it takes that all the same.</summary>
    /// <param name="store">The store's path, should the head be on this machine.</param>
    public static string OfNode(string? given, HeadWay way, string store, CliHost host) =>
        way.Key is null || Chosen(given, host) is not null
            ? Of(given, store, host) : Path.Combine(HomeOf(host), "vaesweep.artifacts");

    private static string HomeOf(CliHost host) =>
        host.Environment("HOME") is { Length: > 0 } home && Directory.Exists(home) ? home : Path.GetTempPath();
}
