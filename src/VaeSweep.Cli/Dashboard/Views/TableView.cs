using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The comparison of one or several sweeps, exactly as `vaesweep table` makes it.</summary>
internal sealed class TableView(Desk desk)
{
    private readonly TableOptions _options = new();
    private readonly Command _command = new("table");

    public void AddTo(Router router)
    {
        _options.AddTo(_command);
        router.Add("GET", "/api/sweeps/{id}/table", AnswerAsync, Keeping.UntilResult);
    }

    private async Task<Reply> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        var (parsed, words) = asked.Options(_command, Routes.Also);
        var (metrics, wishes) = _options.Read(parsed);
        if (metrics is { Count: > 1 })
            throw new CliException("one metric at a time makes a table here; `columns` takes others beside it.");
        List<SweepStatus> sweeps = [(await desk.SweepAsync(asked, cancellationToken)).Status];
        foreach (var other in asked.Many(Routes.Also))
        {
            if (!Asked.Fits("id", other))
                throw new CliException($"also={other}: the id of a sweep.");
            sweeps.Add((await desk.Follower.SweepAsync(long.Parse(other), cancellationToken)).Status);
        }

        var table = (await desk.ReadAsync(
            store => TableAnswer.ReadAsync(store, sweeps, metrics, wishes, withTrials: false, cancellationToken),
            cancellationToken))[0];
        var shown = ComparisonRenderer.Shown(table);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("table");
            json.WriteRawValue(ComparisonRenderer.Render(table, OutputFormat.Json, Terminal.Plain));
            json.WriteString("caption", shown.Caption);
            json.WriteStartArray("header");
            foreach (var column in shown.Columns)
                json.WriteStringValue(column.Heading);
            json.WriteEndArray();
            json.WriteStartArray("paths");
            foreach (var column in shown.Columns)
                json.WriteStringValue(column.Name);
            json.WriteEndArray();
            json.WriteStartArray("numeric");
            foreach (var column in shown.Columns)
                json.WriteBooleanValue(column.Number);
            json.WriteEndArray();
            json.WriteStartArray("cells");
            foreach (var row in shown.Rows)
            {
                json.WriteStartArray();
                foreach (var cell in row)
                    json.WriteStringValue(cell.Bold ? $"▸ {cell.Text}" : cell.Text);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WritePropertyName("notes");
            JsonRenderer.WriteValue(json, shown.Notes ?? []);
            json.WriteStartArray("where");
            foreach (var (path, value) in table.Where)
                JsonRenderer.WriteValue(json, new[] { path, value });
            json.WriteEndArray();
            json.WriteNumber("retired", table.Retired);
            json.WriteString("command", desk.Command(["table", .. sweeps.Select(sweep => sweep.Name), .. words]));
            json.WriteEndObject();
        });
    }
}
