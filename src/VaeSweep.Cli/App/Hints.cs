using System.CommandLine;
using System.Text.RegularExpressions;

namespace VaeSweep.Cli;

/// <summary>Writes commands as this user would have to type them.</summary>
internal sealed partial class Hints(ParseResult parsed, CliHost host)
{
    /// <summary>Set by the `vaesweep` script to how it was called.</summary>
    private const string CalledAs = "VAESWEEP_CALLED_AS";

    // They look at this machine, not at a store.
    private static readonly string[] _withoutStore = ["completion", "data", "doctor", "help", "init", "launch"];

    /// <summary>"./vaesweep resume quickstart --store x.db".</summary>
    public string Command(string arguments) => Program(host) + " " + arguments
        + (_withoutStore.Contains(arguments.Split(' ')[0]) ? "" : Where);

    /// <summary>A text whose commands in backquotes name no program by its path and no store, as its author cannot know them:
    /// `vaesweep list`.</summary>
    public string Completed(string text) => text.Contains("`vaesweep ", StringComparison.Ordinal)
        ? AdvisedPattern().Replace(text, advised => $"`{Command(advised.Groups[1].Value)}`")
        : text;

    /// <summary>This program, as this user calls it.</summary>
    public static string Program(CliHost host) => host.Environment(CalledAs) is { Length: > 0 } script
        ? Quote(script) : "vaesweep";

    /// <summary>A word of a command line, whatever it has in it.</summary>
    public static string Quote(string text) => text.Length > 0
        && text.All(c => char.IsLetterOrDigit(c) || "-_./:=+,@%".Contains(c, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private string Where => string.Concat(new[] { CommonOptions.Store, CommonOptions.Head, CommonOptions.Key }
        .Where(option => !string.IsNullOrWhiteSpace(parsed.GetValue<string?>(option)))
        .Select(option => $" {option} {Quote(parsed.GetValue<string?>(option)!)}"));

    [GeneratedRegex("`vaesweep ([^`\n]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex AdvisedPattern();
}
