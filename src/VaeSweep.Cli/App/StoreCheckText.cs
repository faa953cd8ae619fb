using System.Globalization;
using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>What a check of a LiteDB store found, in each format.</summary>
/// <param name="rescued">The store that was made of what is whole; null when none was.</param>
internal sealed class StoreCheckText(CheckReport report, string? rescued, TimeSpan took)
{
    private long Saved => report.Documents + report.Doubtful.Count;

    public string Text(Hints hints)
    {
        List<string> lines =
        [
            report.Sound
                ? $"{report.Path}: all is well. {Wording.Count(report.Pages, "page")} and "
                    + $"{Wording.Count(report.Documents, "document")} match their checksums "
                    + $"({Counts()}; {Wording.Duration(took)})."
                : $"{report.Path} is DAMAGED. Whole: {Wording.Count(report.Documents, "document")} ({Counts()}; "
                    + $"{Wording.Duration(took)}). Wrong:",
        ];
        lines.AddRange(Indented(report.Findings));
        if (TrialsOfLostReports() is { Count: > 0 } trials)
        {
            lines.Add($"  What is lost in {StoreCollections.Segments} are epoch reports of "
                + $"{string.Join(", ", trials.Select(id => $"trials/{id}"))}.");
        }

        if (rescued is not null)
        {
            lines.Add($"{rescued}: {Wording.Count(Saved, "document")} saved ({Counts()}).");
            lines.AddRange(report.Lost.Count == 0 ? ["Nothing was left out."] : ["Left out:", .. Indented(report.Lost)]);
            lines.AddRange(report.Doubtful.Count == 0 ? []
                : ["Saved, but perhaps of an older state:", .. Indented(report.Doubtful)]);
        }
        else if (!report.Sound)
        {
            lines.Add($"`{hints.Command("store check --rescue FILE")}` saves what is whole; "
                + $"`{hints.Command("store restore BACKUP --force")}` goes back to a back-up; "
                + $"`{hints.Command("store check --adopt")}` believes a file that another program changed with LiteDB.");
        }

        return string.Join('\n', lines) + "\n";
    }

    public Table Rows() => Column("finding", report.Findings);

    public string Json() => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("store", report.Path);
        json.WriteBoolean("sound", report.Sound);
        json.WriteNumber("pages", report.Pages);
        json.WriteNumber("documents", report.Documents);
        json.WriteStartObject("collections");
        foreach (var (name, count) in report.Collections.OrderBy(c => c.Key, StringComparer.Ordinal))
            json.WriteNumber(name, count);

        json.WriteEndObject();
        Names(json, "findings", report.Findings);
        json.WriteStartArray("damaged_pages");
        report.DamagedPages.ToList().ForEach(page => json.WriteNumberValue(page));
        json.WriteEndArray();
        Names(json, "lost", report.Lost);
        Names(json, "doubtful", report.Doubtful);
        json.WriteString("rescued", rescued);
        json.WriteNumber("seconds", took.TotalSeconds);
        json.WriteEndObject();
    });

    /// <summary>What became of a store that was to be taken over.</summary>
    /// <param name="changed">Null when there was nothing to take over.</param>
    public static string Adopted(string store, IReadOnlyList<string>? changed, OutputFormat format) => format switch
    {
        OutputFormat.Json => AdoptedJson(store, changed),
        OutputFormat.Csv => Column("document", changed ?? []).Render(format, Terminal.Plain),
        _ when changed is null => $"{store} is as vaesweep left it: there is nothing to take over.\n",
        _ when changed.Count == 0 => $"{store} was taken over; every document in it is as vaesweep wrote it.\n",
        _ => $"{store} was taken over. Written by another program, and believed as they are, were "
            + $"{Wording.Count(changed.Count, "document")}:\n{string.Join('\n', Indented(changed))}\n",
    };

    private static string AdoptedJson(string store, IReadOnlyList<string>? changed) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("store", store);
        json.WriteBoolean("adopted", changed is not null);
        Names(json, "changed", changed ?? []);
        json.WriteEndObject();
    });

    private List<long> TrialsOfLostReports() =>
    [
        .. report.Lost.Select(name => name.Split('/')).Where(parts => parts is [StoreCollections.Segments, _])
            .Select(parts => long.TryParse(parts[1], CultureInfo.InvariantCulture, out var key) ? TrialKeys.TrialOf(key) : -1)
            .Where(trial => trial >= 0).Distinct().Order(),
    ];

    private static void Names(Utf8JsonWriter json, string property, IReadOnlyList<string> names)
    {
        json.WriteStartArray(property);
        names.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }

    private static Table Column(string name, IReadOnlyList<string> values) =>
        new([new(name)], [.. values.Select(value => (IReadOnlyList<Cell>)[value])]);

    private static IEnumerable<string> Indented(IReadOnlyList<string> lines) => lines.Select(line => $"  {line}");

    private string Counts() => report.Collections.Count == 0 ? "none" : string.Join(", ",
        report.Collections.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value:N0}"));
}
