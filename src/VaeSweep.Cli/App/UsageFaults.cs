using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>What is wrong with a command line, in a person's words: the parser's own name types of .NET, and several things where
/// one is wrong.</summary>
internal static class UsageFaults
{
    private const int Shown = 5;
    private const string NotRead = "Cannot parse argument";

    /// <summary>Whether nothing is wrong but that one of a group's commands was not named: `vaesweep`, `vaesweep
    /// store`.</summary>
    public static bool IsGroupAlone(ParseResult parsed) =>
        parsed.CommandResult.Command.Action is null && parsed.UnmatchedTokens.Count == 0
        && parsed.Errors.Count > 0 && parsed.Errors.All(e => e.SymbolResult is CommandResult);

    /// <summary>Whether a value is nothing but spaces: a shell's variable that was not set, most likely.</summary>
    public static bool HasEmpty(ParseResult parsed) => Empty(parsed).Any();

    /// <summary>Whether an argument that takes several values has taken an option that there is not; a single dash may be a
    /// value's own (tag SWEEP -old).</summary>
    public static bool HasStray(ParseResult parsed) => Strays(parsed).Any();

    /// <returns>One line a fault, most important first; at most a handful.</returns>
    public static IReadOnlyList<string> Of(ParseResult parsed, RootCommand root)
    {
        var command = parsed.CommandResult.Command;
        if (command.Action is null && parsed.UnmatchedTokens.Count > 0)
        {
            return [UnknownCommand(command, parsed.UnmatchedTokens.FirstOrDefault(t => !IsOption(t))
                ?? parsed.UnmatchedTokens[0])];
        }

        var all = Empty(parsed).Concat(Surplus([.. parsed.UnmatchedTokens, .. Strays(parsed)], command, root))
            .Concat(parsed.Errors.Where(e => !IsOfSurplus(e, parsed)).DistinctBy(e => e.SymbolResult).Select(InWords))
            .Distinct(StringComparer.Ordinal).ToList();
        return all.Count <= Shown ? all : [.. all.Take(Shown), $"and {all.Count - Shown} more faults of this kind."];
    }

    /// <summary>"store check".</summary>
    public static string PathOf(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault(c => c is not RootCommand);
        return parent is null ? command.Name : $"{PathOf(parent)} {command.Name}";
    }

    private static IEnumerable<string> Empty(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
        {
            foreach (var child in command.Children.Where(c => c.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value))))
            {
                if (child switch { OptionResult o => o.Option.Name, ArgumentResult a => a.Argument.Name, _ => null } is { } name)
                    yield return $"{name} is given an empty value. Is a variable of the shell not set?";
            }
        }
    }

    private static IEnumerable<string> Strays(ParseResult parsed) => parsed.CommandResult.Children.OfType<ArgumentResult>()
        .Where(argument => argument.Argument.Arity.MaximumNumberOfValues > 1)
        .SelectMany(argument => argument.Tokens.Select(token => token.Value))
        .Where(token => token.StartsWith("--", StringComparison.Ordinal) && token.Length > 2);

    private static string UnknownCommand(Command group, string typed)
    {
        var path = group is RootCommand ? "" : PathOf(group) + " ";
        if (IsOption(typed))
            return $"{(path.Length == 0 ? "vaesweep" : path.TrimEnd())} has no option '{typed}' without a command.";

        if (group is RootCommand && SweepLookup.IsFile(typed))
        {
            return $"'{typed}' is a sweep file, not a command. To train it: `vaesweep run {typed}`; to see first what that would "
                + $"do: `vaesweep plan {typed}`.";
        }

        return $"there is no command "
            + $"'{path}{typed}'.{NearestName.Suggest(typed, group.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
    }

    // What stands behind an option that is not there was meant for it, and needs no message of its own.
    private static IEnumerable<string> Surplus(IReadOnlyList<string> tokens, Command command, RootCommand root)
    {
        var path = PathOf(command);
        var names = command.Options.Concat(root.Options).Where(o => !o.Hidden).Select(o => o.Name).ToList();
        var options = tokens.Where(IsOption).Select(t => t.Split('=', ':')[0]).Distinct(StringComparer.Ordinal).ToList();
        if (options.Count > 0)
            return options.Select(name => $"{path} has no option '{name}'.{NearestName.Suggest(name, names)}");

        return tokens.Count == 0 ? []
            : [$"{path} takes nothing more, but there is {string.Join(", ", tokens.Select(t => $"'{t}'"))} (a value with "
                + $"spaces needs quotes)."];
    }

    private static bool IsOption(string token) => token.Length > 1 && token.StartsWith('-');

    private static bool IsOfSurplus(ParseError error, ParseResult parsed) => error.SymbolResult is CommandResult result
        && (result.Command.Action is null
            || parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)));

    private static string InWords(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Implicit: true } option =>
            $"{PathOf(OwnerOf(option))} needs {option.Option.Name} {Sample(option.Option)}: {option.Option.Description}.",
        OptionResult option when IsMissing(option) =>
            $"{option.Option.Name} needs a value: {option.Option.Name} {Sample(option.Option)}.",
        OptionResult option when option.Tokens.Count > 1 && option.Option.Arity.MaximumNumberOfValues == 1 =>
            $"{option.Option.Name} takes one value; found {option.Tokens.Count}: "
                + $"{string.Join(", ", option.Tokens.Select(t => $"'{t.Value}'"))}.",
        OptionResult option when NotOfType(error) => NotA(option.Option.Name, option.Option.ValueType, option.Tokens),
        ArgumentResult { Tokens.Count: 0, Argument: var argument } result =>
            $"{PathOf(OwnerOf(result))} needs {argument.Name}: {argument.Description}.",
        ArgumentResult { Argument: var argument, Tokens: var tokens } when NotOfType(error) =>
            NotA(argument.Name, argument.ValueType, tokens),
        _ => error.Message,
    };

    private static bool IsMissing(OptionResult option) =>
        option.Tokens.Count == 0 && option.Option.Arity.MinimumNumberOfValues > 0;

    private static Command OwnerOf(SymbolResult result) =>
        result.Parent is CommandResult owner ? owner.Command : OwnerOf(result.Parent!);

    private static bool NotOfType(ParseError error) => error.Message.StartsWith(NotRead, StringComparison.Ordinal);

    private static string NotA(string name, Type type, IReadOnlyList<Token> tokens)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? (type.IsArray ? type.GetElementType()! : type);
        var found = tokens.Count == 0 ? "" : tokens[^1].Value;
        var expected = inner == typeof(int) ? Whole(found, int.MinValue, int.MaxValue)
            : inner == typeof(long) ? Whole(found, long.MinValue, long.MaxValue)
            : inner == typeof(double) ? "a number"
            : inner == typeof(bool) ? "true or false, or no value at all"
            : inner.IsEnum ? string.Join(" or ", Enum.GetNames(inner).Select(n => n.ToLowerInvariant()))
            : "another kind of value";
        return $"{name} takes {expected}; found '{found}'.";
    }

    private static string Whole(string found, long least, long most) =>
        BigInteger.TryParse(found, out _) ? $"a whole number from {least} to {most}" : "a whole number";

    private static string Sample(Option option) => option.HelpName is { } name ? $"<{name}>" : "<value>";
}
