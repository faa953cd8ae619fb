using System.Text;

namespace VaeSweep.Sweeps;

/// <summary>Reads sweep files. Strict: whatever is not understood is a fault, and all faults are reported together.</summary>
public static class SweepFile
{
    /// <summary>Larger files are refused before they are parsed.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const string OverridePrefix = "# vaesweep --set ";

    /// <summary>Before the name of a data set of somebody's own and what was in it when the file was read.</summary>
    private const string DataPrefix = "# vaesweep --data ";

    /// <summary>Reads and checks a file.</summary>
    /// <param name="overrides">`path=value`, as after `--set`; the value is YAML. A path that varies no longer does, or varies
    /// over the given list. `parameters.path=[...]` makes any path vary; `chain.0.path=value` changes the chain's first block
    /// alone; other keys of the file, such as `seeds`, are replaced.</param>
    /// <param name="data">Tells of data sets of somebody's own; null: there are none but those that the text
    /// carries.</param>
    /// <exception cref="SweepFileException">It cannot be used.</exception>
    public static SweepDefinition Load(string path, IReadOnlyList<string>? overrides = null, IOwnData? data = null) =>
        Parse(ReadText(path), path, overrides, data);

    /// <summary>The text of a sweep file.</summary>
    /// <exception cref="SweepFileException">It cannot be read.</exception>
    public static string ReadText(string path)
    {
        if (Directory.Exists(path))
            throw new SweepFileException([new(path, 0, 0, "is a folder; a sweep is described in a file.")]);

        if (!File.Exists(path))
            throw new SweepFileException([new(path, 0, 0, "there is no such file.")]);

        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxBytes)
                throw new SweepFileException([new(path, 0, 0, $"{length} bytes; a sweep file has at most {MaxBytes}.")]);

            return File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException)
        {
            throw new SweepFileException([new(path, 0, 0, "is not UTF-8 text.")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SweepFileException([new(path, 0, 0, $"cannot be read: {e.Message}")]);
        }
    }

    /// <summary>Why a text cannot be a sweep's name.</summary>
    /// <returns>Null where it can.</returns>
    public static string? WhyNoName(string name) => SweepReader.IsName(name) ? null : SweepReader.NameRule + ".";

    /// <summary>What a sweep file calls its sweep, whatever else is in it.</summary>
    /// <exception cref="SweepFileException">It cannot be read, or says no name.</exception>
    public static string NameOf(string path)
    {
        var text = ReadText(path);
        var root = YamlReader.Read(text, path, (_, _) => { });
        return root?.Entries.Find(entry => entry.Key.Text == "name").Value is { Kind: NodeKind.Text } name
            ? name.Text : Parse(text, path).Name;
    }

    /// <summary>Checks a text. Overrides and data sets that <see cref="SweepDefinition.Text"/> carries come first.</summary>
    /// <param name="file">What faults call it.</param>
    /// <exception cref="SweepFileException">It cannot be used.</exception>
    public static SweepDefinition Parse(
        string text, string file = "sweep.yaml", IReadOnlyList<string>? overrides = null, IOwnData? data = null)
    {
        if (text.Length > MaxBytes)
            throw new SweepFileException([new(file, 0, 0, $"{text.Length} characters; a sweep file has at most {MaxBytes}.")]);

        var carried = text.Split('\n').TakeWhile(line => line.StartsWith(OverridePrefix, StringComparison.Ordinal)
            || line.StartsWith(DataPrefix, StringComparison.Ordinal)).ToArray();
        var all = After(carried, OverridePrefix).Concat(overrides ?? []).ToList();
        var own = After(carried, DataPrefix).Select(line => ReadOwn(line, file)).ToList();
        var given = string.Concat((overrides ?? []).Select(one => OverridePrefix + one.ReplaceLineEndings(" ") + "\n"));
        var head = string.Concat(carried.Select(line => line + "\n"));
        // Data sets that were looked up now are carried from here on.
        return new SweepReader(file, own, data).Read(text, all, found =>
        {
            var looked = found.Select(facts => $"{DataPrefix}{facts.Name} {OwnDataset.ToJson(facts)}\n");
            return head + given + string.Concat(looked) + text[head.Length..];
        });
    }

    private static IEnumerable<string> After(string[] lines, string prefix) =>
        lines.Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line[prefix.Length..].TrimEnd('\r'));

    private static DatasetFacts ReadOwn(string line, string file)
    {
        var parts = line.Split(' ', 2);
        try
        {
            return parts.Length == 2 && OwnDataset.IsName(parts[0])
                ? OwnDataset.FromJson(parts[0], parts[1]) : throw new FormatException("No name and map.");
        }
        catch (FormatException broken)
        {
            throw new SweepFileException(
                [new(file, 0, 0, $"its line '{DataPrefix}...' is not as it was written: {broken.Message}")]);
        }
    }
}
