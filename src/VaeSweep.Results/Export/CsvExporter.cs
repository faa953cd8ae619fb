using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>A folder with one CSV file for each view, and each setting of a trial in a column of its own.</summary>
internal sealed class CsvExporter : IExporter
{
    // Rows that are turned into text at once.
    private const int RowsAtOnce = 10_000;

    public string Name => "csv";

    public string Description =>
        "a folder with trials.csv (every setting a column), epochs.csv, units.csv, evaluations.csv, attempts.csv";

    public string DefaultTarget(string sweep) => $"{sweep}-csv";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var results = job.Store.Results;
        var trials = await WriteTrialsAsync(job, cancellationToken);
        var epochs = await WriteAsync(
            job, "epochs", RecordFields.Epochs, results.CurvesAsync(job.Wanted, RecordFields.WholeCurves, cancellationToken),
            curve => curve.Rows());
        var units = await WriteAsync(
            job, "units", RecordFields.Units, results.UnitsAsync(job.Wanted, cancellationToken), epoch => epoch.Rows());
        var evaluations = await WriteAsync(
            job, "evaluations", RecordFields.Evaluations, results.EvaluationsAsync(job.Wanted, null, cancellationToken),
            row => [row]);
        var attempts = await WriteAsync(
            job, "attempts", RecordFields.Attempts, results.AttemptsAsync(job.Wanted, cancellationToken), row => [row]);
        return [$"{Numbered.Of(trials, "trial")}, {Numbered.Of(epochs, "epoch")}, {Numbered.Of(units, "unit")}, "
            + $"{Numbered.Of(evaluations, "evaluation")}, {Numbered.Of(attempts, "attempt")}"];
    }

    private static async Task<long> WriteAsync<TItem, TRow>(
        ExportJob job, string file, IReadOnlyList<RecordField<TRow>> fields, IAsyncEnumerable<TItem> items,
        Func<TItem, IEnumerable<TRow>> rowsOf)
    {
        var count = 0L;
        await WholeFile.WriteTextAsync(Path.Combine(job.Target, $"{file}.csv"), async text =>
        {
            var columns = fields.Select(f => new Column(f.Name)).ToList();
            var rows = new List<IReadOnlyList<Cell>>();
            await text.WriteAsync(CsvRenderer.Render(new Table(columns, [])));
            await foreach (var item in items)
            {
                rows.AddRange(rowsOf(item).Select(row => (IReadOnlyList<Cell>)[.. fields.Select(f => Cell.Of(f.Of(row)))]));
                if (rows.Count >= RowsAtOnce)
                    await WriteRowsAsync(text);
            }

            await WriteRowsAsync(text);

            async Task WriteRowsAsync(TextWriter to)
            {
                count += rows.Count;
                await to.WriteAsync(CsvRenderer.Render(new Table(columns, rows), header: false));
                rows.Clear();
            }
        });
        return count;
    }

    private static async Task<long> WriteTrialsAsync(ExportJob job, CancellationToken cancellationToken)
    {
        // Which settings there are is known only after all trials were seen: points first, then trials.
        var index = new ConfigIndex();
        var fields = RecordFields.Trials.Pick(
            "trial", "fingerprint", "seed", "state", "attempts", "worker", "started_at", "finished_at", "seconds", "epochs_done",
            "failure_class", "reason", "model_path", "round", "parent")
            .Append(RecordFields.EndedEarly).ToList();
        var rows = new List<(object?[] Row, int[] Codes)>();
        await foreach (var trial in job.Store.Results.TrialsAsync(job.Wanted, TrialParts.All, cancellationToken))
            rows.Add(([.. fields.Select(f => f.Of(trial))], index.Add(trial.Config)));

        var settings = Enumerable.Range(0, index.Paths.Count).Where(i => index.Paths[i] != "seed").ToList();
        var table = new Table(
            [.. fields.Select(f => new Column(f.Name)), .. settings.Select(i => new Column(index.Paths[i]))],
            [.. rows.Select(r => (IReadOnlyList<Cell>)
            [
                .. r.Row.Select(Cell.Of), .. settings.Select(
                    i => index.Value(i, ConfigIndex.CodeAt(r.Codes, i)) is { } value
                        ? new Cell(new RawJson(value.Json), value.Text) : default),
            ])]);
        await WholeFile.WriteTextAsync(
            Path.Combine(job.Target, "trials.csv"), text => text.WriteAsync(CsvRenderer.Render(table)));
        return rows.Count;
    }
}
