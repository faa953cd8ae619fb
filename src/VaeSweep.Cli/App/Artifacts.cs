using System.CommandLine;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>Where checkpoints and models go.</summary>
/// <param name="Folder">For them, or for a node's scratch files where the store keeps them.</param>
/// <param name="InStore">The store keeps them, so that machines need share nothing else.</param>
internal sealed record Artifacts(string Folder, bool InStore)
{
    private const string Variable = "VAESWEEP_ARTIFACTS";
    private const string InTheStore = "store";

    public static Option<string?> Option() => new("--artifacts")
    {
        Description = $"folder for checkpoints and models, on several machines a shared one; or `{InTheStore}`, in the PostgreSQL store. "
            + $"{Variable}; else beside an SQLite store, in a PostgreSQL one", HelpName = $"folder|{InTheStore}",
    };

    /// <param name="store">As on the command line.</param>
    public static Artifacts Of(string? given, string store, CliHost host)
    {
        var chosen = given ?? (host.Environment(Variable) is { Length: > 0 } set ? set : null);
        var isServer = store.Contains("://", StringComparison.Ordinal);
        if (chosen == InTheStore || (chosen is null && isServer))
        {
            return isServer
                ? new Artifacts(Path.Combine(Path.GetTempPath(), $"vaesweep-scratch-{Environment.UserName}"), InStore: true)
                : throw new CliException($"--artifacts {InTheStore} needs a PostgreSQL store; {store} is a file, which keeps checkpoints in the folder beside it.");
        }

        return new Artifacts(chosen ?? $"{StoreFactory.PathOf(store)}.artifacts", InStore: false);
    }
}
