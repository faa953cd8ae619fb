using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>Writes commands as this user would have to type them.</summary>
internal sealed class Hints(ParseResult parsed, CliHost host)
{
    /// <summary>Set by the `vaesweep` script to how it was called.</summary>
    private const string CalledAs = "VAESWEEP_CALLED_AS";

    /// <summary>"./vaesweep resume quickstart --store x.db".</summary>
    public string Command(string arguments)
    {
        var program = Program(host);
        return parsed.GetValue(CommonOptions.Store) is { } store ? $"{program} {arguments} --store {Quote(store)}" : $"{program} {arguments}";
    }

    /// <summary>This program, as this user calls it.</summary>
    public static string Program(CliHost host) => host.Environment(CalledAs) is { Length: > 0 } script ? script : "vaesweep";

    private static string Quote(string text) => text.Any(c => c is ' ' or '\'' or '"' or '$' or '&') ? $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'" : text;
}
