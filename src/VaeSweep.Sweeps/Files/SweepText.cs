using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VaeSweep.Sweeps;

/// <summary>Writes sweep files.</summary>
public static class SweepText
{
    /// <summary>A sweep of one trial: every path of its configuration as it is, so that it is the same trial again.</summary>
    /// <param name="configJson">Canonical; see <see cref="TrialConfigJson"/>. Paths that this version does not know are left
    /// out.</param>
    public static string Of(string name, string configJson)
    {
        using var config = JsonDocument.Parse(configJson);
        var root = new Block();
        var seed = 0L;
        foreach (var one in config.RootElement.EnumerateObject())
        {
            if (one.Name == "seed")
                seed = one.Value.GetInt64();
            else if (ConfigSchema.Find(one.Name) is not null)
                root.Put(one.Name.Split('.'), one.Value);
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"name: {name}\n");
        root.Write(text, 0);
        text.Append(CultureInfo.InvariantCulture, $"seeds: [{seed}]\n");
        return text.ToString();
    }

    /// <summary>A map of YAML, in the order in which it was filled.</summary>
    private sealed class Block
    {
        private readonly List<(string Key, Block? Inner, JsonElement Value)> _entries = [];

        public void Put(ReadOnlySpan<string> path, JsonElement value)
        {
            var key = path[0];
            if (path.Length == 1)
            {
                _entries.Add((key, null, value));
                return;
            }

            var inner = _entries.Find(one => one.Key == key && one.Inner is not null).Inner;
            if (inner is null)
                _entries.Add((key, inner = new Block(), default));
            inner.Put(path[1..], value);
        }

        public void Write(StringBuilder text, int depth)
        {
            foreach (var (key, inner, value) in _entries)
            {
                text.Append(' ', 2 * depth).Append(key).Append(':');
                if (inner is null)
                {
                    text.Append(' ').Append(Flow(value)).Append('\n');
                    continue;
                }

                text.Append('\n');
                inner.Write(text, depth + 1);
            }
        }

        // JSON is YAML; words read better without quotes.
        private static string Flow(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Null => "all",
            JsonValueKind.String when value.GetString() is { } word && IsWord(word) => word,
            JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Flow))}]",
            _ => value.GetRawText(),
        };

        private static bool IsWord(string text) => text.Length > 0 && char.IsAsciiLetter(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off");
    }
}
