using System.Text.Json;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>One file, one line a trial: its configuration, state, evaluations, attempts and epochs.</summary>
internal sealed class JsonLinesExporter : IExporter
{
    private const int TrialColumn = 0;

    public string Name => "jsonl";

    public string Description => "one file, one JSON object a trial, with its configuration, evaluations, attempts and epochs";

    public string DefaultTarget(string sweep) => $"{sweep}.jsonl";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var count = 0L;
        await WholeFile.WriteAsync(job.Target, async stream =>
        {
            // The pages of all four questions are of the same trials.
            await using var epochs = Parts("epochs", "x.epoch").GetAsyncEnumerator(cancellationToken);
            await using var evaluations = Parts("evaluations", "x.metric, x.samples").GetAsyncEnumerator(cancellationToken);
            await using var attempts = Parts("attempts", "x.attempt").GetAsyncEnumerator(cancellationToken);
            await foreach (var page in job.PagesAsync(
                "t.trial, t.sweep, t.fingerprint, t.seed, t.state, t.started_at, t.finished_at, t.seconds, t.reason, t.failure_class, t.model_path, t.config", "", "", cancellationToken))
            {
                var parts = new List<(string Name, IReadOnlyList<string> Columns, ILookup<string, object?[]> Rows)>
                {
                    await NextAsync("evaluations", evaluations), await NextAsync("attempts", attempts), await NextAsync("epochs", epochs),
                };
                foreach (var trial in page.Rows)
                {
                    Write(stream, page.Columns, trial, parts);
                    count++;
                }
            }
        });
        return [$"{count} trials"];

        IAsyncEnumerable<QueryResult> Parts(string view, string order) =>
            job.PagesAsync("x.*", $"JOIN {view} x ON x.sweep = t.sweep AND x.trial = t.trial", order, cancellationToken);
    }

    private static async Task<(string Name, IReadOnlyList<string> Columns, ILookup<string, object?[]> Rows)> NextAsync(string name, IAsyncEnumerator<QueryResult> pages)
    {
        await pages.MoveNextAsync();
        var trial = pages.Current.Columns.ToList().IndexOf("trial");
        return (name, pages.Current.Columns, pages.Current.Rows.ToLookup(r => (string)r[trial]!, StringComparer.Ordinal));
    }

    private static void Write(Stream stream, IReadOnlyList<string> columns, object?[] trial, List<(string Name, IReadOnlyList<string> Columns, ILookup<string, object?[]> Rows)> parts)
    {
        using (var json = new Utf8JsonWriter(stream, JsonRenderer.Options with { Indented = false }))
        {
            json.WriteStartObject();
            WriteFields(json, columns, trial);
            foreach (var (name, fields, rows) in parts)
            {
                json.WriteStartArray(name);
                foreach (var row in rows[(string)trial[TrialColumn]!])
                {
                    json.WriteStartObject();
                    WriteFields(json, fields, row, without: ["sweep", "trial", "seed", "point", "wanted"]);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<string> names, object?[] values, params string[] without)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (without.Contains(names[i]))
            {
                continue;
            }

            json.WritePropertyName(names[i]);
            if (names[i] is "config" or "provenance" && values[i] is string text)
            {
                json.WriteRawValue(text);
            }
            else
            {
                JsonRenderer.WriteValue(json, values[i]);
            }
        }
    }
}
