using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Read-only SQL over the documented views, or a question by its name: as `vaesweep query`, with limits.</summary>
internal sealed class QueryView(Desk desk)
{
    private const int UsualRows = 1000;
    private const int MostRows = 10_000;
    private const int MostCsvRows = 200_000;
    private const int UsualSeconds = 20;
    private const int MostSeconds = 60;

    public void AddTo(Router router)
    {
        router.Add("POST", "/api/query", AnswerAsync);
        router.Add("POST", "/api/query.csv", CsvAsync);
        router.Add("GET", "/api/query/help", (_, _) => Task.FromResult(Help()));
    }

    private sealed record Question(
        string? Sql, string? Name, string? Sweep, string Metric, int Limit, TimeSpan Patience,
        IReadOnlyDictionary<string, object?>? Parameters);

    private async Task<Reply> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        var question = await ReadAsync(asked, MostRows, cancellationToken);
        var began = desk.Settings.Host.Time.GetTimestamp();
        var rows = new FirstRows(question.Limit);
        var more = await AskAsync(question, rows, cancellationToken);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("columns");
            JsonRenderer.WriteValue(json, rows.Columns);
            json.WriteStartArray("rows");
            foreach (var row in rows.Rows)
                JsonRenderer.WriteValue(json, row.Select(Cell.ValueOf));
            json.WriteEndArray();
            json.WriteBoolean("truncated", more);
            json.WriteNumber(
                "seconds", Math.Round(desk.Settings.Host.Time.GetElapsedTime(began).TotalSeconds, 3));
            json.WriteString("command", CommandOf(question));
            json.WriteEndObject();
        });
    }

    private async Task<Reply> CsvAsync(Asked asked, CancellationToken cancellationToken)
    {
        var question = await ReadAsync(asked, MostCsvRows, cancellationToken);
        using var bytes = new MemoryStream();
        await using (var text = new StreamWriter(bytes, leaveOpen: true))
        using (var records = RecordSink.Of(OutputFormat.Csv, text)!)
        {
            await AskAsync(question, records, cancellationToken);
            records.End();
        }

        return Reply.Of(bytes.ToArray(), "text/csv; charset=utf-8") with { File = "query.csv" };
    }

    private async Task<Question> ReadAsync(Asked asked, int most, CancellationToken cancellationToken)
    {
        var body = await asked.BodyAsync(cancellationToken);
        var (sql, name) = (Text("sql"), Text("name"));
        if ((sql is null) == (name is null))
            throw new HttpFault(400, "either 'sql' or 'name' is wanted.");
        var sweep = Text("sweep") is not { } id ? null
            : Asked.Fits("id", id) ? (await desk.Follower.SweepAsync(long.Parse(id), cancellationToken)).Status.Name
            : throw new HttpFault(400, "'sweep' must be the id of a sweep.");
        var named = name is null or BestTrials.Name ? null : NamedQueries.Find(name)
            ?? throw new HttpFault(400, $"there is no named query '{name}'."
                + Sweeps.NearestName.Suggest(name, [BestTrials.Name, .. NamedQueries.All.Select(one => one.Name)]));
        return new Question(
            sql ?? named?.Sql, name, sweep, Text("metric") ?? "test_nll", Whole("limit", Math.Min(most, UsualRows), most),
            TimeSpan.FromSeconds(Whole("timeout", UsualSeconds, MostSeconds)),
            named is null ? null : NamedQuery.Parameters(sweep));

        string? Text(string key) => body.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;

        int Whole(string key, int otherwise, int largest) => !body.TryGetProperty(key, out var value) ? otherwise
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= largest
                ? number : throw new HttpFault(400, $"'{key}' must be a whole number from 1 to {largest}.");
    }

    private Task<bool> AskAsync(Question question, IRowSink rows, CancellationToken cancellationToken) => desk.ReadAsync(
        async store => question.Sql is { } sql
            ? await store.QueryAsync(sql, question.Parameters, question.Patience, rows, cancellationToken)
            : await BestAsync(store, question, rows, cancellationToken), cancellationToken);

    private static async Task<bool> BestAsync(
        IStore store, Question question, IRowSink rows, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> sweeps = question.Sweep is { } one ? [one]
            : [.. (await store.ListSweepsAsync(cancellationToken)).Select(sweep => sweep.Name)];
        var (table, left) = await BestTrials.ReadAsync(
            store.Results, sweeps, MetricCatalog.Get(question.Metric), question.Limit, OutputFormat.Json, cancellationToken);
        rows.Begin([.. table.Columns.Select(column => column.Name)]);
        foreach (var row in table.Rows)
            rows.Add([.. row.Select(cell => cell.Value is RawJson json ? json.Text : cell.Value)]);
        return left is not null;
    }

    private string CommandOf(Question question) => desk.Command(
    [
        "query", question.Name ?? question.Sql!,
        .. question.Sweep is { } sweep && question.Name is not null ? (string[])[sweep] : [],
        .. question.Name == BestTrials.Name ? (string[])[$"--metric={question.Metric}"] : [],
    ]);

    private static Reply Help() => Reply.Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("views");
        foreach (var view in ViewCatalog.Views)
        {
            json.WriteStartObject();
            json.WriteString("name", view.Name);
            json.WriteString("description", view.Description);
            json.WriteStartArray("columns");
            foreach (var column in view.Columns)
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name);
                json.WriteString("type", column.Type);
                json.WriteString("description", column.Description);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("queries");
        Named(json, BestTrials.Name, BestTrials.Description, null);
        foreach (var one in NamedQueries.All)
            Named(json, one.Name, one.Description, one.Sql);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Named(Utf8JsonWriter json, string name, string description, string? sql)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("description", description);
        json.WriteString("sql", sql);
        json.WriteEndObject();
    }

    /// <summary>Keeps the first rows, and wants no more.</summary>
    private sealed class FirstRows(int most) : IRowSink
    {
        public IReadOnlyList<string> Columns { get; private set; } = [];

        public List<object?[]> Rows { get; } = [];

        public void Begin(IReadOnlyList<string> columns) => Columns = columns;

        public bool Add(object?[] row)
        {
            if (Rows.Count == most)
                return false;
            Rows.Add(row);
            return true;
        }
    }
}
