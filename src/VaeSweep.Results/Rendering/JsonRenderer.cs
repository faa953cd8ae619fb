using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>How values are written as JSON, wherever that is.</summary>
public static class JsonRenderer
{
    internal static readonly JsonWriterOptions Options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Render(Table table) => Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var row in table.Rows)
            WriteRecord(writer, table.Columns, row);

        writer.WriteEndArray();
    });

    /// <summary>One object a line.</summary>
    internal static string RenderLines(Table table)
    {
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream, Options with { Indented = false });
        foreach (var row in table.Rows)
        {
            WriteRecord(writer, table.Columns, row);
            writer.Flush();
            stream.WriteByte((byte)'\n');
            writer.Reset();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    internal static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
            write(writer);

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    /// <summary>Null, a number, a truth, a time, a text, <see cref="RawJson"/>, or a list of these.</summary>
    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case double number:
                WriteNumber(writer, number);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int or long:
                writer.WriteNumberValue(Convert.ToInt64(value));
                break;
            case RawJson raw:
                writer.WriteRawValue(raw.Text);
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time);
                break;
            case System.Collections.IEnumerable list when value is not string:
                writer.WriteStartArray();
                foreach (var item in list)
                    WriteValue(writer, item);

                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    private static void WriteRecord(Utf8JsonWriter writer, IReadOnlyList<Column> columns, IReadOnlyList<Cell> row)
    {
        writer.WriteStartObject();
        for (var i = 0; i < columns.Count; i++)
        {
            writer.WritePropertyName(columns[i].Name);
            WriteValue(writer, row[i].Value);
        }

        writer.WriteEndObject();
    }

    /// <summary>JSON has neither: what is not a number is written as null, infinity by its name.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, double number)
    {
        if (double.IsFinite(number))
            writer.WriteNumberValue(number);
        else if (double.IsNaN(number))
            writer.WriteNullValue();
        else
            writer.WriteStringValue(number > 0 ? "Infinity" : "-Infinity");
    }
}
