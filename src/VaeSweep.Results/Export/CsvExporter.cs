namespace VaeSweep.Results;

/// <summary>A folder with one CSV file for each view, and each setting of a trial in a column of its own.</summary>
internal sealed class CsvExporter : IExporter
{
    private static readonly (string File, string Join, string Order)[] _views =
    [
        ("epochs", "JOIN epochs x ON x.sweep = t.sweep AND x.trial = t.trial", "x.epoch"),
        ("units", "JOIN units x ON x.sweep = t.sweep AND x.trial = t.trial", "x.epoch, x.layer, x.unit"),
        ("evaluations", "JOIN evaluations x ON x.sweep = t.sweep AND x.trial = t.trial", "x.metric, x.samples"),
        ("attempts", "JOIN attempts x ON x.sweep = t.sweep AND x.trial = t.trial", "x.attempt"),
    ];

    public string Name => "csv";

    public string Description => "a folder with trials.csv (every setting a column), epochs.csv, units.csv, evaluations.csv, attempts.csv";

    public string DefaultTarget(string sweep) => $"{sweep}-csv";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var trials = await WriteTrialsAsync(job, cancellationToken);
        var counts = new List<string> { $"{trials} trials" };
        foreach (var (file, join, order) in _views)
        {
            var rows = 0L;
            var first = true;
            await WholeFile.WriteTextAsync(Path.Combine(job.Target, $"{file}.csv"), async text =>
            {
                await foreach (var page in job.PagesAsync("x.*", join, order, cancellationToken))
                {
                    var table = new Table([.. page.Columns.Select(c => new Column(c))], [.. page.Rows.Select(r => (IReadOnlyList<Cell>)[.. r.Select(Cell.Of)])]);
                    await text.WriteAsync(CsvRenderer.Render(table, header: first));
                    first = false;
                    rows += page.Rows.Count;
                }
            });
            counts.Add($"{rows} {file}");
        }

        return [string.Join(", ", counts)];
    }

    private static async Task<long> WriteTrialsAsync(ExportJob job, CancellationToken cancellationToken)
    {
        // Which settings there are is known only after all trials were seen: points first, then trials.
        var index = new ConfigIndex();
        var columns = "t.trial, t.fingerprint, t.seed, t.state, t.attempts, t.worker, t.started_at, t.finished_at, t.seconds, t.epochs_done, t.failure_class, t.reason, t.model_path, t.config";
        var rows = new List<(object?[] Row, int[] Codes)>();
        IReadOnlyList<string> names = [];
        await foreach (var page in job.PagesAsync(columns, "", "", cancellationToken))
        {
            names = page.Columns;
            rows.AddRange(page.Rows.Select(row => (row[..^1], index.Add((string)row[^1]!))));
        }

        var settings = Enumerable.Range(0, index.Paths.Count).Where(i => index.Paths[i] != "seed").ToList();
        var table = new Table(
            [.. names.SkipLast(1).Select(n => new Column(n)), .. settings.Select(i => new Column(index.Paths[i]))],
            [.. rows.Select(r => (IReadOnlyList<Cell>)
            [
                .. r.Row.Select(Cell.Of), .. settings.Select(i => index.Value(i, ConfigIndex.CodeAt(r.Codes, i)) is { } value ? new Cell(new RawJson(value.Json), value.Text) : default),
            ])]);
        await WholeFile.WriteTextAsync(Path.Combine(job.Target, "trials.csv"), text => text.WriteAsync(CsvRenderer.Render(table)));
        return rows.Count;
    }
}
