using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VaeSweep.Cli;

/// <summary>Numbers that options take: what lies outside is refused with the other faults of a command line, before anything is
/// opened or computed.</summary>
internal static class Bounds
{
    private const double Largest = 1e9;

    /// <summary>Whole numbers from one to another, both included.</summary>
    public static Option<T> Within<T>(this Option<T> option, long least, long most)
    {
        option.Validators.Add(result =>
        {
            // What is no number at all is told by the parser.
            if (Given(result) is { } text
                && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && (number < least || number > most))
            {
                result.AddError($"{option.Name} takes a whole number {Range(least, most)}; found {text}.");
            }
        });
        return option;
    }

    /// <summary>Numbers from one to another, both included; never NaN or infinity.</summary>
    public static Option<double> Within(this Option<double> option, double least, double most)
    {
        option.Validators.Add(result =>
        {
            if (Given(result) is { } text
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && !(number >= least && number <= most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture,
                    $"{option.Name} takes a number from {least} to {most}; found {text}."));
            }
        });
        return option;
    }

    /// <summary>No option of any command takes NaN, infinity or what no clock and no memory could hold.</summary>
    public static void EveryNumberOf(Command command)
    {
        foreach (var option in command.Options.OfType<Option<double>>())
            option.Within(-Largest, Largest);

        foreach (var inner in command.Subcommands)
            EveryNumberOf(inner);
    }

    private static string? Given(OptionResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : null;

    private static string Range(long least, long most) =>
        most == int.MaxValue || most == long.MaxValue ? $"from {least}" : $"from {least} to {most}";
}
