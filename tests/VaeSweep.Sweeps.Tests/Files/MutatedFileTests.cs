using System.Text.RegularExpressions;

namespace VaeSweep.Sweeps.Tests;

/// <summary>Sweep files with something changed at random: each is read, or refused with a place and a reason. A share on every
/// build, a million with
/// VAESWEEP_LONG=1; VAESWEEP_SEED makes others.</summary>
public sealed partial class MutatedFileTests
{
    private static readonly string[] _tokens =
    [
        "{", "}", "[", "]", ":", ": ", ",", "- ", "-", "?", "? ", "&a ", "*a", "<<: *a", "!", "!!int ", "|", ">", "|2-\n", "'",
            "\"", "%", "%YAML 1.2\n", "---\n", "...\n",
        "@", "`", "#", " #", "\t", "\n", "\r", "\r\n", "\\", "\0", "\u0085", "\u2028", "\ufeff", "\ud800", "é", "~", "null",
            ".inf", ".nan", "1e999", "0x1f", "-1", "0..9", "{{", "[[",
        "when", "values", "range", "log_range", "seeds", "chain", "zip", "parameters", "name",
    ];

    [Fact]
    public void A_mutated_file_is_read_or_refused_with_a_place_and_a_reason()
    {
        var files = Directory.EnumerateFiles(Path.Combine(SweepFilesOfTheRepositoryTests.Root(), "sweeps"), "*.yaml",
            SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(File.ReadAllText).Where(text => text.Length < 6_000).Append(Malformed).ToList();
        var random = new Random(Long.Seed(30));
        var (refused, read) = (0, 0);

        for (var i = 0; i < Long.Of(6_000, 1_000_000); i++)
        {
            var text = files[random.Next(files.Count)];
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                text = Mutated(text, random);

            if (Refused(text))
                refused++;
            else
                read++;
        }

        Assert.True(files.Count > 5);
        Assert.InRange(refused, (refused + read) / 3, refused + read);
        Assert.True(read > 0);
        Long.Proved($"{read + refused} mutated sweep files: {refused} refused with a place and a reason, the others read");
    }

    [Theory]
    [InlineData("objective.k: [1, two, {", 24, "the '{' here is not closed")]
    [InlineData("objective.k: [1, 5", 15, "the '[' here is not closed")]
    [InlineData("objective.k: {a: [1, 5}", 19, "")]
    public void What_is_not_closed_is_shown(string line, int column, string reason)
    {
        var text = "name: a\nparameters:\n  " + line + "\nseeds: 2\n";

        var fault = Assert.Throws<SweepFileException>(() => SweepFile.Parse(text)).Faults[0];

        Assert.StartsWith("not valid YAML: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.True(reason.Length == 0 || (fault.Line, fault.Column) == (3, column + 1), $"{fault}");
    }

    private static string Malformed =>
        "name: scanner\ndataset: { name: sprites, train: 100 }\nparameters:\n  objective.k: [1, two, {\nseeds: 2\n";

    private static bool Refused(string text)
    {
        try
        {
            SweepFile.Parse(text);
            return false;
        }
        catch (SweepFileException refused)
        {
            Assert.NotEmpty(refused.Faults);
            Assert.All(refused.Faults, fault =>
            {
                Assert.True(fault.Line > 0 && fault.Column > 0, $"no place: {fault}\n{text}");
                Assert.True(fault.Message.Trim().Length > 5, $"no reason: {fault}\n{text}");
                Assert.False(Internal().IsMatch(fault.Message), $"not for a person: {fault}\n{text}");
            });
            return true;
        }
        catch (Exception other) when (other is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{other.GetType().Name} from this file:\n{text}", other);
        }
    }

    // A token put in, taken out or doubled; a byte changed; a line moved; the end cut off.
    private static string Mutated(string text, Random random)
    {
        // Of some files nothing is left, and of some only blanks.
        if (string.IsNullOrWhiteSpace(text))
            return text + _tokens[random.Next(_tokens.Length)];

        var at = random.Next(text.Length);
        switch (random.Next(7))
        {
            case 0:
                return text.Insert(at, _tokens[random.Next(_tokens.Length)]);
            case 1:
                var words = Token().Matches(text);
                var word = words[random.Next(words.Count)];
                return text.Remove(word.Index, word.Length).Insert(word.Index, _tokens[random.Next(_tokens.Length)]);
            case 2:
                var length = Math.Min(random.Next(1, 20), text.Length - at);
                return text.Insert(at, text.Substring(at, length));
            case 3:
                return text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
            case 4:
                return string.Concat(text.AsSpan(0, at), [(char)random.Next(256)], text.AsSpan(at + 1));
            case 5:
                return text[..at];
            default:
                var lines = text.Split('\n').ToList();
                var line = lines[random.Next(lines.Count)];
                lines.Insert(random.Next(lines.Count), new string(' ', random.Next(4)) + line);
                return string.Join('\n', lines);
        }
    }

    [GeneratedRegex(@"\w+|\S", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("YamlDotNet|Exception|Operation is not valid|Object reference|Index was|Parameter '|startIndex|Specified "
        + "argument|Stack empty", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Internal();
}
