using System.CommandLine;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Options that take one of a few words.</summary>
internal static class Choices
{
    /// <summary>The names of an enumeration in lower case, and nothing else: its numbers mean nothing to a person.</summary>
    public static Option<T> Of<T>(string name, string description, string help, T otherwise = default)
        where T : struct, Enum => new(name)
        {
            Description = description,
            HelpName = help,
            DefaultValueFactory = _ => otherwise,
            CustomParser = result => Read(name, result.Tokens[0].Value, result.AddError, otherwise),
        };

    /// <summary>As <see cref="Of"/>, and null where nothing is said.</summary>
    public static Option<T?> Perhaps<T>(string name, string description, string help)
        where T : struct, Enum => new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result => Read<T>(name, result.Tokens[0].Value, result.AddError, default),
        };

    private static T Read<T>(string option, string text, Action<string> fault, T otherwise)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        if (names.IndexOf(text) is var at and >= 0)
            return Enum.GetValues<T>()[at];

        fault($"{option} takes {string.Join(" or ", names)}; found '{text}'.{NearestName.Suggest(text, names)}");
        return otherwise;
    }
}
