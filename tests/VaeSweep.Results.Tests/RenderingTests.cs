using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

public sealed class RenderingTests
{
    private static readonly ComparisonTable _comparison = MakeComparison();

    [Fact]
    public void Text_for_a_pipe_marks_the_best_and_says_what_is_missing()
    {
        var text = ComparisonRenderer.Render(_comparison, OutputFormat.Text, Terminal.Plain);

        Assert.Equal("""
            demo: test_nll (nats per image, lower is better), 7 trials

              prior       k   n      mean ± sd   95 % interval   rank   published   ours - published   source    not in the mean
            ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
              standard    1   3     90.0 ± 1.0    [87.5, 92.5]      2
              vampprior   5   3   ▸ 82.0 ± 1.0    [79.5, 84.5]      1       82.72               -0.7   table 1   1 failed

            mean ± standard deviation over the seeds (n); 95 % interval of the mean by Student's t
            ▸ best: prior=vampprior, k=5, separated from the second (Welch's t test, p < 0.001)

            """, text);
    }

    [Fact]
    public void A_terminal_shows_the_best_in_bold()
    {
        var text = ComparisonRenderer.Render(_comparison, OutputFormat.Text, new Terminal(Ansi: true, Color: false, Width: 200));

        Assert.Contains("\u001b[1m82.0 ± 1.0\u001b[0m", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_terminal_drops_what_can_be_dropped_and_says_so()
    {
        var text = ComparisonRenderer.Render(_comparison, OutputFormat.Text, new Terminal(Ansi: true, Color: false, Width: 80));

        Assert.Contains("82.0", text, StringComparison.Ordinal);
        Assert.Contains("not shown for want of width: source", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(l => l.Contains('|') || l.Contains('│')), line => Assert.True(line.Length <= 100));
    }

    [Fact]
    public void Json_has_the_documented_shape_with_unrounded_numbers()
    {
        using var json = JsonDocument.Parse(ComparisonRenderer.Render(_comparison, OutputFormat.Json, Terminal.Plain));

        var root = json.RootElement;
        Assert.Equal("test_nll", root.GetProperty("metric").GetString());
        Assert.Equal(["model.prior", "objective.k"], root.GetProperty("by").EnumerateArray().Select(e => e.GetString()!));
        var row = root.GetProperty("rows")[1];
        Assert.Equal(5, row.GetProperty("by").GetProperty("objective.k").GetInt32());
        Assert.Equal(3, row.GetProperty("n").GetInt32());
        Assert.Equal(82, row.GetProperty("mean").GetDouble());
        Assert.Equal(1, row.GetProperty("sd").GetDouble(), 12);
        Assert.Equal(2, row.GetProperty("ci95").GetArrayLength());
        Assert.Equal(82.72, row.GetProperty("reference").GetDouble());
        Assert.Equal(1, row.GetProperty("rank").GetInt32());
        Assert.Equal(81, row.GetProperty("seeds").GetProperty("10").GetDouble());
        Assert.True(root.GetProperty("best")[0].GetProperty("separated").GetBoolean());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("rows")[0].GetProperty("reference").ValueKind);
    }

    [Fact]
    public void Words_stay_whole_on_a_narrow_screen()
    {
        const string Reason = "posterior collapse: for 2 epochs the KL term of the training images was under 1000 nats";
        var table = new Table(
            [new("trial"), new("epoch", Number: true), new("alarm"), new("detail")],
            [["2fe5fa342e30", 2, "posterior_collapse", Reason], ["465152bd0ac0", 12, "information_overload", Reason]],
            "A caption that is longer than a narrow screen is wide, too.");

        var text = table.Render(OutputFormat.Text, Terminal.Plain with { Width = 60 });

        var words = text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.All([.. Reason.Split(' '), "posterior_collapse", "information_overload", "465152bd0ac0"],
            word => Assert.Contains(word, words));
        Assert.All(text.Split('\n').Where(line => !line.StartsWith('─')), line => Assert.True(line.Length <= 70, line));
    }

    [Fact]
    public void Without_colour_there_are_no_colour_codes_and_no_dim_ones()
    {
        var table = new Table([new("a"), new("b")], [[new Cell("x", "x", Tone: Tone.Faint), new Cell("y", "y", Tone: Tone.Bad)]]);

        Assert.DoesNotContain('\x1b', table.Render(OutputFormat.Text, new Terminal(Ansi: true, Color: false, Width: 80)));
        Assert.Contains('\x1b', table.Render(OutputFormat.Text, new Terminal(Ansi: true, Color: true, Width: 80)));
    }

    [Fact]
    public void Numbers_read_back_from_csv_and_json_exactly()
    {
        var random = new Random(8);
        double[] numbers = [1e-5, 0.1, 1.0 / 3, double.Epsilon, double.MaxValue, -0.0, 1e22, double.PositiveInfinity,
            .. Enumerable.Range(0, 1000)
            .Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))).Where(double.IsFinite)];
        var table = new Table([new("x")], [.. numbers.Select(x => (IReadOnlyList<Cell>)[Cell.Of(x)])]);

        var csv = table.Render(OutputFormat.Csv, Terminal.Plain).Split('\n').Skip(1).SkipLast(1).Select(Parsed);
        var json = JsonDocument.Parse(table.Render(OutputFormat.Json, Terminal.Plain)).RootElement.EnumerateArray()
            .Select(row => row.GetProperty("x"))
            .Select(x => x.ValueKind == JsonValueKind.Number ? x.GetDouble() : Parsed(x.GetString()!));

        Assert.Equal(numbers, csv);
        Assert.Equal(numbers, json);

        static double Parsed(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Csv_has_full_paths_and_unrounded_numbers()
    {
        var lines = ComparisonRenderer.Render(_comparison, OutputFormat.Csv, Terminal.Plain).Split('\n');

        Assert.Equal(
            "model.prior,objective.k,n,mean,sd,ci95_low,ci95_high,reference,difference,source,rank,best,separated,trials,"
                + "ended_early,incomplete", lines[0]);
        Assert.StartsWith("vampprior,5,3,82,1,", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",1,true,true,4,0,1 failed", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_has_the_best_in_bold()
    {
        var text = ComparisonRenderer.Render(_comparison, OutputFormat.Md, Terminal.Plain);

        Assert.Contains("| prior | k | n | mean ± sd |", text, StringComparison.Ordinal);
        Assert.Contains("| vampprior | 5 | 3 | **82.0 ± 1.0** |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Latex_is_a_booktabs_tabular_with_numbers_in_math_mode()
    {
        var text = ComparisonRenderer.Render(_comparison, OutputFormat.Latex, Terminal.Plain);

        Assert.Contains("\\toprule\n", text, StringComparison.Ordinal);
        Assert.Contains("$\\mathbf{82.0 \\pm 1.0}$", text, StringComparison.Ordinal);
        Assert.Contains("95 \\% interval", text, StringComparison.Ordinal);
        Assert.DoesNotContain("test_nll &", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_rows_are_an_array_of_objects_in_json()
    {
        var table = new Table([new Column("name"), new Column("value", Number: true)],
            [["a \"b\"", Cell.Of(1.5)], [null, Cell.Of(double.NaN)]]);

        using var json = JsonDocument.Parse(table.Render(OutputFormat.Json, Terminal.Plain));

        Assert.Equal("a \"b\"", json.RootElement[0].GetProperty("name").GetString());
        Assert.Equal(1.5, json.RootElement[0].GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.RootElement[1].GetProperty("value").ValueKind);
    }

    [Fact]
    public void Csv_quotes_what_needs_quotes()
    {
        var table = new Table([new Column("reason")], [["said \"no\", twice"]]);

        Assert.Equal("reason\n\"said \"\"no\"\", twice\"\n", table.Render(OutputFormat.Csv, Terminal.Plain));
    }

    [Fact]
    public void Square_brackets_are_shown_as_they_are()
    {
        var table = new Table([new Column("hidden")], [["[200, 200]"]]);

        Assert.Contains("[200, 200]", table.Render(OutputFormat.Text, Terminal.Plain), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_json_lines_is_one_object_by_itself()
    {
        var lines = ComparisonRenderer.Render(_comparison, OutputFormat.Jsonl, Terminal.Plain).TrimEnd('\n').Split('\n');

        Assert.Equal(2, lines.Length);
        using var second = JsonDocument.Parse(lines[1]);
        Assert.Equal(("vampprior", 5, 82.0),
            (second.RootElement.GetProperty("model.prior").GetString(), second.RootElement.GetProperty("objective.k")
                .GetInt32(), second.RootElement.GetProperty("mean").GetDouble()));
    }

    [Fact]
    public void Html_is_well_formed_and_has_the_best_in_bold_and_the_notes()
    {
        var html = ComparisonRenderer.Render(_comparison with { Sweep = "a<b & c" }, OutputFormat.Html, Terminal.Plain);

        var page = System.Xml.Linq.XElement.Parse(html);
        Assert.StartsWith("a<b & c: test_nll", page.Element("figcaption")!.Value, StringComparison.Ordinal);
        Assert.Equal("82.0 ± 1.0", page.Descendants("strong").Single().Value);
        Assert.Contains(page.Elements("p"), note => note.Value.Contains("separated from the second", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_go_across_where_columns_are_asked_for()
    {
        var table = Pivot();

        var text = ComparisonRenderer.Render(table, OutputFormat.Md, Terminal.Plain);

        Assert.Contains("| prior | k=1 | k=5 |", text, StringComparison.Ordinal);
        Assert.Contains("| standard | 90.0 ± 1.0 [87.5, 92.5] | 85.0 ± 1.4 [72.3, 97.7] (n=2) ‡ |", text,
            StringComparison.Ordinal);
        Assert.Contains("| vampprior | - ‡ |  |", text, StringComparison.Ordinal);
        Assert.Contains("‡ prior=standard, k=5: 1 failed, not in the mean", text, StringComparison.Ordinal);
    }

    [Fact]
    public void In_latex_a_number_is_one_of_mathematics_whatever_marks_follow_it()
    {
        var text = ComparisonRenderer.Render(Pivot(), OutputFormat.Latex, Terminal.Plain);

        Assert.Contains("$90.0 \\pm 1.0\\ [87.5, 92.5]$", text, StringComparison.Ordinal);
        Assert.Contains("$85.0 \\pm 1.4\\ [72.3, 97.7]$ (n=2) $\\ddagger$", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_screen_too_narrow_for_the_intervals_of_values_that_go_across_is_told_where_they_are()
    {
        var text = ComparisonRenderer.Render(Pivot(), OutputFormat.Text, Terminal.Plain with { Width = 60 });

        Assert.Contains("90.0 ± 1.0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[87.5, 92.5]", text, StringComparison.Ordinal);
        Assert.Contains("the intervals want a wider screen", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_to_a_baseline_carry_their_marks_and_the_footnote_explains_them()
    {
        var (one, five) = (Seeds(89, 90, 91.5), Seeds(80, 80.5, 82));
        var rows = BaselineComparison.Apply(
            [
                new([new("1")], Summary.Of([.. one.Values]), Done(3), 0, null, Best: false) { Seeds = one },
                new([new("5")], Summary.Of([.. five.Values]), Done(3), 0, null, Best: false) { Seeds = five },
            ],
            ["objective.k"], new Dictionary<string, string> { ["objective.k"] = "1" });
        var table = new ComparisonTable(
            "demo", MetricCatalog.Get("test_nll"), ["objective.k"], rows,
            []) { Baseline = new Dictionary<string, string> { ["objective.k"] = "1" } };

        var text = ComparisonRenderer.Render(table, OutputFormat.Text, Terminal.Plain);

        Assert.Contains("baseline", text, StringComparison.Ordinal);
        Assert.Contains("-9.3 ***", text, StringComparison.Ordinal);
        Assert.Contains("difference to objective.k=1: paired by seed (3 pairs), t test; p corrected by Holm over 1 test", text,
            StringComparison.Ordinal);
    }

    private static ComparisonTable Pivot() => new("demo", MetricCatalog.Get("test_nll"), ["model.prior"],
        [
            new([new("\"standard\"")], Summary.Of([89, 90, 91]), Done(3), 0, null, Best: false) { Across = [new("1")] },
            new([new("\"standard\"")], Summary.Of([84, 86]),
                new Dictionary<TrialState, int> { [TrialState.Succeeded] = 2, [TrialState.Failed] = 1 }, 0, null, Best: false)
            {
                Across = [new("5")],
            },
            new([new("\"vampprior\"")], Summary.None, new Dictionary<TrialState, int> { [TrialState.Queued] = 3 }, 0, null,
                Best: false) { Across = [new("1")] },
        ], []) { Across = ["objective.k"] };

    private static Dictionary<TrialState, int> Done(int trials) => new() { [TrialState.Succeeded] = trials };

    private static Dictionary<long, double> Seeds(params double[] values) => values.Select((v, i) => (Seed: (long)i, v))
        .ToDictionary(p => p.Seed, p => p.v);

    private static ComparisonTable MakeComparison()
    {
        var paper = new Reference(
            new ConfigFilter(new Dictionary<string, ConfigValue> { ["model.prior"] = ConfigValue.Of("vampprior") }), "test_nll",
            82.72, "table 1");
        var second = new ComparisonRow(
            [new("\"standard\""), new("1")], Summary.Of([89, 90, 91]), Done(3), 0, null, Best: false) { Rank = 2,
            Seeds = Seeds(89, 90, 91) };
        var best = new ComparisonRow(
            [new("\"vampprior\""), new("5")], Summary.Of([81, 82, 83]),
            new Dictionary<TrialState, int> { [TrialState.Succeeded] = 3, [TrialState.Failed] = 1 }, 0, paper, Best: true)
        {
            Rank = 1, Separated = true, Seeds = new Dictionary<long, double> { [10] = 81, [11] = 82, [12] = 83 },
        };
        return new ComparisonTable("demo", MetricCatalog.Get("test_nll"), ["model.prior", "objective.k"], [second, best], [])
        {
            Contests = [new Contest("", best, second, MeanDifference.Between(best.Seeds, second.Seeds))],
        };
    }
}
