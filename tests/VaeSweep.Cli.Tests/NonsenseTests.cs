using System.Diagnostics;
using System.Text.RegularExpressions;

namespace VaeSweep.Cli.Tests;

/// <summary>Whatever is typed is answered in words. A share of the command lines on every build; with VAESWEEP_LONG=1 all of them
/// and 200,000 more.</summary>
public sealed partial class NonsenseTests(TrainedSweep trained) : IClassFixture<TrainedSweep>
{
    private const int MostLines = 20;

    private static readonly int _seed = Long.Seed(8);
    private static readonly int[] _codes = [ExitCodes.Done, ExitCodes.Failed, ExitCodes.Usage, ExitCodes.Held,
        ExitCodes.Interrupted];

    [Fact]
    public async Task Every_option_of_every_verb_answers_nonsense_in_words()
    {
        var nonsense = await PrepareAsync();
        var share = Long.Of(20, 1);
        var lines = nonsense.One().Where((_, i) => (i + _seed) % share == 0).ToList();

        var wrong = await TryAsync(lines);

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong.Take(40)));
        Assert.True(nonsense.Verbs.Count > 25, $"only {nonsense.Verbs.Count} verbs were found");
        Assert.True(lines.Count > 200, $"only {lines.Count} lines were tried");
    }

    [Fact]
    public async Task Any_generated_command_line_is_answered_in_words()
    {
        var nonsense = await PrepareAsync();
        var random = new Random(_seed);
        var (count, clock) = (Long.Of(2_000, 200_000), Stopwatch.StartNew());
        var lines = Enumerable.Range(0, count).Select(_ => nonsense.Some(random));

        var wrong = await TryAsync(lines);

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {_seed}");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong.Take(40)));
        Long.Proved($"{count} command lines of chance, {count / clock.Elapsed.TotalSeconds:F0} a second, were answered in words "
            + $"(seed {_seed})");
    }

    private async Task<Nonsense> PrepareAsync()
    {
        await trained.TrainAsync();
        var file = trained.File("nonsense.yaml");
        await File.WriteAllTextAsync(file,
            "name: nonsense\ndataset: { name: sprites, train: 20, valid: 10, test: 10 }\nmodel: { hidden: [5], latent: 2 "
                + "}\ntrain: { epochs: 1 }\n");
        var nonsense = new Nonsense(trained.File, new(StringComparer.Ordinal)
        {
            ["SWEEP"] = "small", ["SWEEP.yaml"] = file, ["TRIAL"] = trained.Trial, ["SQL"] = "SELECT 1", ["KIND"] = "curves",
                ["NAME"] = "sprites", ["NEW"] = "renamed",
            ["+TAG -TAG"] = "+a", ["TEXT"] = "a note", ["SHELL"] = "bash", ["RESULTS.csv"] = file,
            // What is renamed is nobody's: the others need theirs.
            ["rename SWEEP"] = "nobody", ["FILE"] = trained.File("copy.db"),
            ["--to"] = "csv",
        });
        nonsense.Prepare(trained.Store);
        return nonsense;
    }

    private async Task<List<string>> TryAsync(IEnumerable<string[]> lines)
    {
        var wrong = new List<string>();
        foreach (var line in lines)
        {
            // No line should take that long; one that does is cut off and named. Some verbs wait until they are told to end.
            var waits = line is ["head" or "worker" or "watch" or "dashboard", ..];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(waits ? 0.5 : 20));
            var clock = Stopwatch.StartNew();
            var longest = "";
            var answer = await trained.RunAsync(patience.Token, said =>
            {
                if (said.Count(c => c == '\n') > longest.Count(c => c == '\n'))
                    longest = said;
            }, line);
            if (line.Contains("delete") || line.Contains("rename"))
                trained.Restore();

            // One that was told to end while it waited owes no word.
            if (!(waits && answer.Code == ExitCodes.Interrupted)
                && Fault(answer, longest, patience.IsCancellationRequested && !waits) is { } fault)
            {
                wrong.Add($"{fault} ({clock.ElapsedMilliseconds} ms): {Short(string.Join(' ', line))}\n{Short(answer.Error)}");
            }
        }

        return wrong;
    }

    private static string? Fault(Answer answer, string longest, bool cut) =>
        cut ? "took too long"
        : !_codes.Contains(answer.Code) ? $"exit code {answer.Code}"
        : answer.Code != ExitCodes.Done && answer.Error.Length + answer.Out.Length == 0
            ? $"exit code {answer.Code} and not a word"
        : TypeName()
            .Match(answer.Error.Replace("VaeSweep.Cli.Tests", "HERE", StringComparison.Ordinal)) is { Success: true } type
            ? $"'{type.Value}' is a name of .NET"
        : answer.Error.Contains("fault of vaesweep itself", StringComparison.Ordinal) ? "a fault of its own"
        : longest.Count(c => c == '\n') >= MostLines ? $"a message of {longest.Count(c => c == '\n') + 1} lines"
        : answer.Code == ExitCodes.Usage && answer.Error.Count(c => c == '\n') > MostLines + 2
            ? $"{answer.Error.Count(c => c == '\n')} lines"
        : null;

    private static string Short(string text) => text.Length <= 700 ? text : text[..700] + "...";

    [GeneratedRegex(@"\b(System|Microsoft|VaeSweep)\.[A-Z][A-Za-z]+|\b[A-Z][A-Za-z]*Exception\b|   at "
        + @"[A-Z]|`\d+\[|\bInt32\b|\(Parameter '", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypeName();
}
