using System.Diagnostics;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

public sealed class LatexTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-latex-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("1e-05", "$10^{-5}$")]
    [InlineData("1E+30", "$10^{30}$")]
    [InlineData("-1e-05", "$-10^{-5}$")]
    [InlineData("2.5e-07", "$2.5 \\times 10^{-7}$")]
    [InlineData("0.001", "$0.001$")]
    [InlineData("1e-05 ± 2e-06 †", "$10^{-5} \\pm 2 \\times 10^{-6}$ $\\dagger$")]
    public void Numbers_with_exponents_are_powers_of_ten(string text, string latex)
    {
        var table = new Table([new("x", Number: true)], [[new Cell(text, text)]]);

        Assert.Contains($"\n{latex} \\\\\n", table.Render(OutputFormat.Latex, Terminal.Plain), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_a_query_is_written_as_one_of_a_table()
    {
        var table = new Table([new("lr"), new("trial")], [[Cell.Of(1e-5), "1e45678901e2"]], Notes: ["best: lr=1e-05"]);

        var text = table.Render(OutputFormat.Latex, Terminal.Plain);

        Assert.Contains("$10^{-5}$ & 1e45678901e2 ", text, StringComparison.Ordinal);
        Assert.Contains("best: lr=$10^{-5}$", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_with_every_mark_and_awkward_names_compiles()
    {
        RequireLatex();
        var baseline = new Dictionary<string, string> { ["model.prior"] = "st&nd_rd" };
        var (one, two) = (Seeds(89, 90, 91.5), Seeds(80, 80.5, 82));
        var paper = new Reference(new ConfigFilter(new Dictionary<string, ConfigValue>()), "test_nll", 88.72,
            "Tomczak & Welling, table 1 (100 % of {it} #1 ~^\\)");
        ComparisonRow[] rows =
        [
            new([new("\"st&nd_rd\""), new("[200,200]")], Summary.Of([.. one.Values]), Count(3, failed: 0), 0, null,
                Best: false) { Seeds = one, PartialSeeds = [1], Rank = 2 },
            new([new("\"vamp$prior\""), new("[200,200]")], Summary.Of([.. two.Values]), Count(3, failed: 2), 1, paper,
                Best: true) { Seeds = two, Rank = 1, Separated = true },
        ];
        var compared = BaselineComparison.Apply(rows, ["model.prior", "model.hidden"], baseline);
        var table = new ComparisonTable(
            "demo_1", MetricCatalog.Get("test_nll"), ["model.prior", "model.hidden"], compared, [paper])
        {
            Baseline = baseline, Contests = [new Contest("mnist & co", rows[1], rows[0], MeanDifference.Between(two, one))],
            Unranked = 1,
        };
        var across = table with { By = ["model.prior"], Across = ["model.hidden"],
            Rows = [.. compared.Select(r => r with { By = [r.By[0]], Across = [r.By[1]] })] };

        // Lists come first in a row: [ after \\ is LaTeX's own.
        var listed = table with { By = ["model.hidden", "model.prior"],
            Rows = [.. compared.Select(r => r with { By = [r.By[1], r.By[0]] })] };

        var log = await CompileAsync(ComparisonRenderer.Render([table, across, listed], OutputFormat.Latex, Terminal.Plain));

        Assert.DoesNotContain("Missing character", log, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "table.pdf")), log);
    }

    private async Task<string> CompileAsync(string table)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "table.tex"), $$"""
            \documentclass{article}
            \usepackage{booktabs}
            \begin{document}
            {{table}}
            \end{document}
            """, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("pdflatex", ["-halt-on-error", "-interaction=nonstopmode", "table.tex"])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var latex = Process.Start(start)!;
        var log = await latex.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await latex.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(latex.ExitCode == 0, log);
        return log;
    }

    private static void RequireLatex()
    {
        if (File.Exists("/usr/bin/pdflatex") && File.Exists("/usr/share/texlive/texmf-dist/tex/latex/booktabs/booktabs.sty"))
            return;

        Assert.False(Environment.GetEnvironmentVariable("CI") == "true",
            "CI promises LaTeX with booktabs (texlive-latex-recommended).");
        Assert.Skip("LaTeX is not installed (apt-get install --no-install-recommends texlive-latex-recommended).");
    }

    private static Dictionary<TrialState, int> Count(int succeeded, int failed) =>
        new() { [TrialState.Succeeded] = succeeded, [TrialState.Failed] = failed };

    private static Dictionary<long, double> Seeds(params double[] values) => values.Select((v, i) => (Seed: (long)i, v))
        .ToDictionary(p => p.Seed, p => p.v);
}
