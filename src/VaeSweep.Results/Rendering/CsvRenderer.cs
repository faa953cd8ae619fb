using System.Globalization;
using CsvHelper;

namespace VaeSweep.Results;

internal static class CsvRenderer
{
    public static string Render(Table table, bool header = true)
    {
        using var text = new StringWriter();
        using (var csv = Writer(text))
        {
            if (header)
                csv.WriteRecord([.. table.Columns.Select(c => c.Name)]);

            foreach (var row in table.Rows)
                csv.WriteRecord([.. row.Select(cell => Text(cell.Value))]);
        }

        return text.ToString();
    }

    public static CsvWriter Writer(TextWriter output) =>
        CsvWriter.Create(output, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true);

    public static string Text(object? value) => value switch
    {
        null => "",
        double number => double.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        RawJson raw => raw.Text.StartsWith('"') ? System.Text.Json.JsonSerializer.Deserialize<string>(raw.Text)! : raw.Text,
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        System.Collections.IEnumerable list when value is not string => string.Join(' ', list.Cast<object?>().Select(Text)),
        _ => value.ToString() ?? "",
    };
}
