using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeSweep.Cli.Tests;

/// <summary>Whatever is typed is answered in words. A share of the command lines on every build; with VAESWEEP_LONG=1 all of them
/// and 200,000 more.</summary>
public sealed partial class NonsenseTests(TrainedSweep trained) : IClassFixture<TrainedSweep>
{
    private const int MostLines = 20;

    /// <summary>Of a command line that is over; a command tree alone has a hundred thousand.</summary>
    private const int MostBytesKept = 8_000;

    /// <summary>Command lines until everything was loaded and compiled once.</summary>
    private const int WarmUp = 500;

    private static readonly int _seed = Long.Seed(8);
    private static readonly int[] _codes = [ExitCodes.Done, ExitCodes.Failed, ExitCodes.Usage, ExitCodes.Held,
        ExitCodes.Interrupted];

    private readonly List<WeakReference> _over = [];

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
        var (begin, tried) = (0L, 0);

        var wrong = await TryAsync(lines.Select(line =>
        {
            if (tried++ == WarmUp)
                begin = Collected();
            return line;
        }));

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {_seed}");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong.Take(40)));
        var kept = (Collected() - begin) / (double)(count - WarmUp);
        // Other tests of the same process have memory of their own.
        Assert.True(!Long.Runs || kept < MostBytesKept, $"{kept:F0} bytes are left of a command line");
        Long.Proved(string.Create(CultureInfo.InvariantCulture,
            $"{count} command lines of chance, {count / clock.Elapsed.TotalSeconds:F0} a second, were answered in words; "
                + $"{kept:F0} bytes are left of each, {Environment.WorkingSet >> 20} MB in all (seed {_seed})"));
    }

    [Fact]
    public async Task Nothing_of_a_command_line_outlives_it()
    {
        var nonsense = await PrepareAsync();

        // The last one is still in the hands of what ran it.
        await TryAsync(nonsense.Verbs.Select(nonsense.Meant).Append(["list"]));

        Collected();
        Assert.Equal(nonsense.Verbs.Count + 1, _over.Count);
        var alive = nonsense.Verbs.Zip(_over).Where(one => one.Second.IsAlive)
            .Select(one => string.Join(' ', one.First.Path)).ToList();
        Assert.True(alive.Count == 0, $"still held: {string.Join(", ", alive)}");
    }

    private async Task<Nonsense> PrepareAsync()
    {
        await trained.TrainAsync();
        var file = trained.File("nonsense.yaml");
        await File.WriteAllTextAsync(file,
            "name: nonsense\ndataset: { name: sprites, train: 20, valid: 10, test: 10 }\nmodel: { hidden: [5], latent: 2 "
                + "}\ntrain: { epochs: 1, batch_size: 10 }\n");
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
            // No line should take that long; one that does is cut off and named. Some verbs wait until they are told to end, and
            // are so at their first word.
            var waits = line is ["head" or "worker" or "watch" or "dashboard", ..];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(waits ? 0.5 : 20));
            var clock = Stopwatch.StartNew();
            var heard = new Heard(waits ? patience : null);
            _over.Add(new WeakReference(heard));
            var answer = await trained.RunAsync(patience.Token, heard.Hear, line);
            heard.Forget();
            // Who has told its exit code has let go of everything.
            var held = trained.IsHeld();
            if ((line.Contains("delete") || line.Contains("rename")) && !held)
                trained.Restore();

            // One that was told to end while it waited owes no word.
            var fault = held ? "its store is still open" : waits && answer.Code == ExitCodes.Interrupted ? null
                : Fault(answer, heard.Lines, patience.IsCancellationRequested && !waits);
            if (fault is not null)
            {
                wrong.Add($"{fault} ({clock.ElapsedMilliseconds} ms): {Short(string.Join(' ', line))}\n{Short(answer.Error)}");
            }
        }

        return wrong;
    }

    private static string? Fault(Answer answer, int longest, bool cut) =>
        cut ? "took too long"
        : !_codes.Contains(answer.Code) ? $"exit code {answer.Code}"
        : answer.Code != ExitCodes.Done && answer.Error.Length + answer.Out.Length == 0
            ? $"exit code {answer.Code} and not a word"
        : TypeName()
            .Match(answer.Error.Replace("VaeSweep.Cli.Tests", "HERE", StringComparison.Ordinal)) is { Success: true } type
            ? $"'{type.Value}' is a name of .NET"
        : answer.Error.Contains("fault of vaesweep itself", StringComparison.Ordinal) ? "a fault of its own"
        : longest > MostLines ? $"a message of {longest} lines"
        : Single().Match(answer.Error) is { Success: true } one ? $"'{one.Value}'"
        : answer.Code == ExitCodes.Usage && answer.Error.Count(c => c == '\n') > MostLines + 2
            ? $"{answer.Error.Count(c => c == '\n')} lines"
        : null;

    private static long Collected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static string Short(string text) => text.Length <= 700 ? text : text[..700] + "...";

    [GeneratedRegex(@"\b(System|Microsoft|VaeSweep)\.[A-Z][A-Za-z]+|\b[A-Z][A-Za-z]*Exception\b|   at "
        + @"[A-Z]|`\d+\[|\bInt32\b|\(Parameter '", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"(?<![\d.,:\w-])1 (trials|values|rows|epochs|images|units|seeds|configurations|sweeps|models|points|files|"
        + @"attempts|devices|nodes|others|lines)\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Single();

    /// <summary>Of how many lines the longest message was. Whatever keeps a command keeps this.</summary>
    /// <param name="ends">Ends the command at its first word; null where it ends by itself.</param>
    private sealed class Heard(CancellationTokenSource? ends)
    {
        private readonly Lock _gate = new();
        private CancellationTokenSource? _ends = ends;

        public int Lines { get; private set; }

        public void Hear(string said)
        {
            lock (_gate)
            {
                Lines = Math.Max(Lines, said.Count(c => c == '\n') + 1);
                _ = _ends?.CancelAsync();
            }
        }

        /// <summary>The command is over: what ends it may go.</summary>
        public void Forget()
        {
            lock (_gate)
                _ends = null;
        }
    }
}
