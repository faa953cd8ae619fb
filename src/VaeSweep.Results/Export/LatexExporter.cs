namespace VaeSweep.Results;

/// <summary>The comparison table as a floating table that a paper can \input.</summary>
internal sealed class LatexExporter : IExporter
{
    public string Name => "latex";

    public string Description => "the comparison table as a table environment (booktabs) that a paper can \\input";

    public string DefaultTarget(string sweep) => $"{sweep}.tex";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var table = await ComparisonBuilder.BuildAsync(job.Store.Results, job.Table, cancellationToken);
        var tabular = ComparisonRenderer.Render(table, OutputFormat.Latex, Terminal.Plain);
        var caption = LatexRenderer.Escape(
            $"{table.Sweeps}: {table.Metric.Description} "
                + $"({table.Metric.Name}{(table.Metric.Explanation.Length > 0 ? $", {table.Metric.Explanation}" : "")}).");
        await WholeFile.WriteTextAsync(
            job.Target, text => text.WriteAsync(
                $"\\begin{{table}}\n\\centering\n\\caption{{{caption}}}\n\\label{{tab:{LatexRenderer.Label(table.Sweep)}}}\n"
                    + $"{tabular}\\end{{table}}\n"));
        return [$"{Numbered.Of(table.Rows.Count, "row")} of {Numbered.Of(table.Trials, "trial")}; "
            + $"the preamble needs \\usepackage{{booktabs}}"];
    }
}
