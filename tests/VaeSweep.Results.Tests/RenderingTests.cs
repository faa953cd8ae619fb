using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

public sealed class RenderingTests
{
    private static readonly ComparisonTable Comparison = MakeComparison();

    [Fact]
    public void Text_for_a_pipe_marks_the_best_with_a_star_and_says_what_is_missing()
    {
        var text = ComparisonRenderer.Render(Comparison, OutputFormat.Text, Terminal.Plain);

        Assert.Equal("""
            demo: test_nll (nats per image, lower is better), 6 trials

              prior       k   n        mean ± sd    95 % interval   published   ours - published   source    not in the mean
            ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
              standard    1   3     90.00 ± 1.00   [87.52, 92.48]
              vampprior   5   2   * 88.50 ± 0.71   [82.15, 94.85]       88.72              -0.22   table 1   1 failed

            * best mean

            """, text);
    }

    [Fact]
    public void A_terminal_shows_the_best_in_bold()
    {
        var text = ComparisonRenderer.Render(Comparison, OutputFormat.Text, new Terminal(Ansi: true, Color: false, Width: 200));

        Assert.Contains("\u001b[1m88.50 ± 0.71\u001b[0m", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_terminal_drops_what_can_be_dropped_and_says_so()
    {
        var text = ComparisonRenderer.Render(Comparison, OutputFormat.Text, new Terminal(Ansi: true, Color: false, Width: 80));

        Assert.Contains("88.50", text, StringComparison.Ordinal);
        Assert.Contains("not shown for want of width: source", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(l => l.Contains('|') || l.Contains('│')), line => Assert.True(line.Length <= 100));
    }

    [Fact]
    public void Json_has_the_documented_shape_with_unrounded_numbers()
    {
        using var json = JsonDocument.Parse(ComparisonRenderer.Render(Comparison, OutputFormat.Json, Terminal.Plain));

        var root = json.RootElement;
        Assert.Equal("test_nll", root.GetProperty("metric").GetString());
        Assert.Equal(["model.prior", "objective.k"], root.GetProperty("by").EnumerateArray().Select(e => e.GetString()!));
        var row = root.GetProperty("rows")[1];
        Assert.Equal(5, row.GetProperty("by").GetProperty("objective.k").GetInt32());
        Assert.Equal(2, row.GetProperty("n").GetInt32());
        Assert.Equal(88.5, row.GetProperty("mean").GetDouble());
        Assert.Equal(Math.Sqrt(0.5), row.GetProperty("sd").GetDouble(), 12);
        Assert.Equal(2, row.GetProperty("ci95").GetArrayLength());
        Assert.Equal(88.72, row.GetProperty("reference").GetDouble());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("rows")[0].GetProperty("reference").ValueKind);
    }

    [Fact]
    public void Csv_has_full_paths_and_unrounded_numbers()
    {
        var lines = ComparisonRenderer.Render(Comparison, OutputFormat.Csv, Terminal.Plain).Split('\n');

        Assert.Equal("model.prior,objective.k,n,mean,sd,ci95_low,ci95_high,reference,difference,source,best,trials,incomplete", lines[0]);
        Assert.StartsWith("vampprior,5,2,88.5,0.7071067811865476,", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",true,3,1 failed", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_has_the_best_in_bold()
    {
        var text = ComparisonRenderer.Render(Comparison, OutputFormat.Md, Terminal.Plain);

        Assert.Contains("| prior | k | n | mean ± sd |", text, StringComparison.Ordinal);
        Assert.Contains("| vampprior | 5 | 2 | **88.50 ± 0.71** |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Latex_is_a_booktabs_tabular_with_numbers_in_math_mode()
    {
        var text = ComparisonRenderer.Render(Comparison, OutputFormat.Latex, Terminal.Plain);

        Assert.Contains("\\toprule\n", text, StringComparison.Ordinal);
        Assert.Contains("$\\mathbf{88.50 \\pm 0.71}$", text, StringComparison.Ordinal);
        Assert.Contains("95 \\% interval", text, StringComparison.Ordinal);
        Assert.DoesNotContain("test_nll &", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_rows_are_an_array_of_objects_in_json()
    {
        var table = new Table([new Column("name"), new Column("value", Number: true)], [["a \"b\"", Cell.Of(1.5)], [null, Cell.Of(double.NaN)]]);

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

    private static ComparisonTable MakeComparison()
    {
        var paper = new Reference(new ConfigFilter(new Dictionary<string, ConfigValue> { ["model.prior"] = ConfigValue.Of("vampprior") }), "test_nll", 88.72, "table 1");
        return new ComparisonTable("demo", MetricCatalog.Get("test_nll"), ["model.prior", "objective.k"],
        [
            new([new("\"standard\""), new("1")], Summary.Of([89, 90, 91]), new Dictionary<TrialState, int> { [TrialState.Succeeded] = 3 }, 0, null, Best: false),
            new([new("\"vampprior\""), new("5")], Summary.Of([88, 89]),
                new Dictionary<TrialState, int> { [TrialState.Succeeded] = 2, [TrialState.Failed] = 1 }, 0, paper, Best: true),
        ], []);
    }
}
