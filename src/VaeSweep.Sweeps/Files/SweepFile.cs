using System.Text;

namespace VaeSweep.Sweeps;

/// <summary>Reads sweep files. Strict: whatever is not understood is a fault, and all faults are reported together.</summary>
public static class SweepFile
{
    /// <summary>Larger files are refused before they are parsed.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const string OverridePrefix = "# vaesweep --set ";

    /// <summary>Reads and checks a file.</summary>
    /// <param name="overrides">`path=value`, as after `--set`; the value is YAML. A path that varies no longer does, or varies
    /// over the given list. `parameters.path=[...]` makes any path vary; `chain.0.path=value` changes the chain's first block
    /// alone; other keys of the file, such as `seeds`, are replaced.</param>
    /// <exception cref="SweepFileException">It cannot be used.</exception>
    public static SweepDefinition Load(string path, IReadOnlyList<string>? overrides = null)
    {
        string text;
        if (Directory.Exists(path))
            throw new SweepFileException([new(path, 0, 0, "is a folder; a sweep is described in a file.")]);

        if (!File.Exists(path))
            throw new SweepFileException([new(path, 0, 0, "there is no such file.")]);

        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxBytes)
                throw new SweepFileException([new(path, 0, 0, $"{length} bytes; a sweep file has at most {MaxBytes}.")]);

            text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException)
        {
            throw new SweepFileException([new(path, 0, 0, "is not UTF-8 text.")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SweepFileException([new(path, 0, 0, $"cannot be read: {e.Message}")]);
        }

        return Parse(text, path, overrides);
    }

    /// <summary>Why a text cannot be a sweep's name.</summary>
    /// <returns>Null where it can.</returns>
    public static string? WhyNoName(string name) => SweepReader.IsName(name) ? null : SweepReader.NameRule + ".";

    /// <summary>Checks a text. Overrides that <see cref="SweepDefinition.Text"/> carries come first.</summary>
    /// <param name="file">What faults call it.</param>
    /// <exception cref="SweepFileException">It cannot be used.</exception>
    public static SweepDefinition Parse(string text, string file = "sweep.yaml", IReadOnlyList<string>? overrides = null)
    {
        if (text.Length > MaxBytes)
            throw new SweepFileException([new(file, 0, 0, $"{text.Length} characters; a sweep file has at most {MaxBytes}.")]);

        var all = text.Split('\n').TakeWhile(line => line.StartsWith(OverridePrefix, StringComparison.Ordinal))
            .Select(line => line[OverridePrefix.Length..].TrimEnd('\r')).ToList();
        all.AddRange(overrides ?? []);
        var kept = string.Concat((overrides ?? []).Select(given => OverridePrefix + given.ReplaceLineEndings(" ") + "\n"));
        var carried = text.Split('\n').TakeWhile(line => line.StartsWith(OverridePrefix, StringComparison.Ordinal))
            .ToArray();
        var head = string.Concat(carried.Select(line => line + "\n"));
        return new SweepReader(file).Read(text, all, head + kept + text[head.Length..]);
    }
}
