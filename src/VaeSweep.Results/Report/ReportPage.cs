using System.Text;
using System.Text.Json;

namespace VaeSweep.Results.Report;

/// <summary>Fills the page that src/web builds with a report's data.</summary>
public static class ReportPage
{
    private const string Resource = "report-page.html";
    private const string Place = "\"REPORT-DATA\"";

    /// <summary>What to say where this program was built without the page.</summary>
    public const string HowToBuild =
        "this vaesweep was built without the report's page, which npm builds. Install npm (Debian: apt-get install npm) and run "
            + "./vaesweep again: it builds the page "
        + "once. Figures one by one need no npm: `vaesweep plot`.";

    /// <summary>Whether this program was built with the page.</summary>
    public static bool IsAvailable => typeof(ReportPage).Assembly.GetManifestResourceInfo(Resource) is not null;

    /// <returns>One HTML file with everything inside.</returns>
    /// <exception cref="ResultsException">This program was built without the page.</exception>
    public static string Render(ReportContent report)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(Resource)
            ?? throw new ResultsException(HowToBuild);
        using var reader = new StreamReader(stream);
        var page = reader.ReadToEnd();
        var at = page.LastIndexOf(Place, StringComparison.Ordinal);
        if (at < 0)
            throw new InvalidOperationException("The report's page has no place for its data.");

        return string.Concat(page.AsSpan(0, at), Json(report), page.AsSpan(at + Place.Length));
    }

    /// <summary>The data as the page reads it. No text in it can end the element that holds it: the encoder escapes every angle
    /// bracket.</summary>
    internal static string Json(ReportContent report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("sweep", report.Sweep.Name);
            json.WriteString("description", report.Description);
            json.WriteString("generated",
                report.Generated.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("version", report.Version);
            json.WriteStartObject("states");
            foreach (var (state, count) in report.Sweep.Trials.OrderBy(s => s.Key))
                json.WriteNumber(state.ToString().ToLowerInvariant(), count);

            json.WriteEndObject();
            json.WriteStartObject("epochs");
            json.WriteNumber("done", report.Sweep.EpochsDone);
            json.WriteNumber("total", report.Sweep.EpochsTotal);
            json.WriteEndObject();
            json.WriteString("table", report.Table);
            json.WriteStartArray("figures");
            foreach (var figure in report.Figures)
                FigureJson.Write(json, figure);

            json.WriteEndArray();
            json.WriteStartArray("skipped");
            foreach (var (kind, reason) in report.Skipped)
            {
                json.WriteStartObject();
                json.WriteString("kind", kind);
                json.WriteString("reason", reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("columns");
            JsonRenderer.WriteValue(json, report.Columns);
            json.WritePropertyName("trials");
            JsonRenderer.WriteValue(json, report.Trials);
            json.WriteNumber("trialsTotal", report.TrialsTotal);
            json.WriteStartArray("failures");
            foreach (var failure in report.Failures)
            {
                json.WriteStartObject();
                json.WriteString("trial", failure.Trial);
                json.WriteNumber("seed", failure.Seed);
                json.WriteNumber("attempts", failure.Attempts);
                json.WriteString("class", failure.Class);
                json.WriteString("reason", failure.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("provenance");
            foreach (var one in report.Provenance)
            {
                json.WriteStartObject();
                json.WriteString("worker", one.Worker);
                json.WriteString("device", one.Device);
                json.WriteNumber("trials", one.Trials);
                json.WritePropertyName("versions");
                Escaped(json, one.Json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("definition", report.Sweep.Definition);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    // Written anew, not raw: what a worker recorded must not end the page's element either.
    private static void Escaped(Utf8JsonWriter json, string? text)
    {
        if (text is null)
        {
            json.WriteNullValue();
            return;
        }

        using var document = JsonDocument.Parse(text);
        document.RootElement.WriteTo(json);
    }
}
