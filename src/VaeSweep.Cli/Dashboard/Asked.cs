using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace VaeSweep.Cli.Dashboard;

/// <summary>What a request asks for.</summary>
/// <param name="Parts">What stands in the address where its route has a name in braces.</param>
internal sealed record Asked(HttpContext Context, Role Role, IReadOnlyDictionary<string, string> Parts)
{
    private const int MostBody = 64 << 10;

    public string Part(string name) => Parts[name];

    /// <summary>The key of the sweep that the address names.</summary>
    public long Sweep => long.Parse(Part("id"), CultureInfo.InvariantCulture);

    /// <returns>Null where it is not given.</returns>
    public string? One(string name) => Context.Request.Query.TryGetValue(name, out var values) && values.Count > 0
        && values[^1] is { Length: > 0 } value ? value : null;

    public IReadOnlyList<string> Many(string name) => Context.Request.Query.TryGetValue(name, out var values)
        ? [.. values.OfType<string>().Where(value => value.Length > 0)] : [];

    /// <exception cref="CliException">It is no whole number, or too small or large.</exception>
    public int Number(string name, int otherwise, int least, int most) => One(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most ? number
        : throw new CliException($"{name}={text}: a whole number from {least} to {most}.");

    /// <summary>Reads parameters as the options of a command: what is wrong is told as there.</summary>
    /// <param name="besides">Parameters that are no options of it.</param>
    /// <returns>What was parsed, and the words of that command line.</returns>
    /// <exception cref="CliException">A parameter is not known, or has a wrong value.</exception>
    public (ParseResult Parsed, IReadOnlyList<string> Words) Options(Command command, params string[] besides)
    {
        var words = new List<string>();
        foreach (var (name, values) in Context.Request.Query)
        {
            if (besides.Contains(name, StringComparer.Ordinal))
                continue;
            var option = command.Options.FirstOrDefault(one => one.Name == $"--{name}") ?? throw new CliException(
                $"there is no parameter '{name}' here.{Sweeps.NearestName.Suggest(name, [.. Names(command), .. besides])}");
            foreach (var value in values.OfType<string>().Where(value => value.Length > 0))
            {
                // Of one piece, so that no value is taken for another option.
                if (option.ValueType != typeof(bool))
                    words.Add($"--{name}={value}");
                else if (value is "true" or "1")
                    words.Add($"--{name}");
            }
        }

        var parsed = command.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Errors.Count == 0 ? (parsed, words)
            : throw new CliException(string.Join(' ', parsed.Errors.Select(error => error.Message)));
    }

    /// <summary>The body, a JSON object.</summary>
    /// <exception cref="HttpFault">It is none, or too long.</exception>
    public async Task<JsonElement> BodyAsync(CancellationToken cancellationToken)
    {
        if (Context.Request.ContentLength > MostBody)
            throw new HttpFault(413, $"at most {MostBody / 1024} kB can be sent.");
        try
        {
            using var json = await JsonDocument.ParseAsync(
                Context.Request.Body, new JsonDocumentOptions { MaxDepth = 8 }, cancellationToken);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone()
                : throw new HttpFault(400, "a JSON object is wanted.");
        }
        catch (JsonException)
        {
            throw new HttpFault(400, "a JSON object is wanted.");
        }
    }

    /// <summary>Whether a part of an address can be what its name says.</summary>
    public static bool Fits(string name, string part) => name switch
    {
        "id" => part.Length is > 0 and <= 18 && part.All(char.IsAsciiDigit),
        "trial" => part.Length == 12 && part.All(char.IsAsciiHexDigitLower),
        _ => part.Length is > 0 and <= 64 && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'),
    };

    private static IEnumerable<string> Names(Command command) => command.Options.Select(option => option.Name.TrimStart('-'));
}
