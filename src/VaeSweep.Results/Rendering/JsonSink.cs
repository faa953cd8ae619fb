using System.Buffers;
using System.Text;
using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>One array of objects, or one object a line.</summary>
internal sealed class JsonSink : RecordSink
{
    private const int WrittenAtOnce = 1 << 16;

    private readonly TextWriter _output;
    private readonly bool _lines;
    private readonly ArrayBufferWriter<byte> _bytes = new(WrittenAtOnce);
    private readonly Utf8JsonWriter _json;
    private JsonEncodedText[] _names = [];

    public JsonSink(TextWriter output, bool lines)
    {
        (_output, _lines) = (output, lines);
        _json = new Utf8JsonWriter(_bytes, JsonRenderer.Options with { Indented = !lines });
    }

    public override void Begin(IReadOnlyList<string> columns)
    {
        _names = [.. columns.Select(column => JsonEncodedText.Encode(column, JsonRenderer.Options.Encoder))];
        if (!_lines)
            _json.WriteStartArray();
    }

    public override void End()
    {
        if (!_lines)
        {
            _json.WriteEndArray();
            EndLine();
        }
    }

    protected override void Write(object?[] row)
    {
        _json.WriteStartObject();
        for (var i = 0; i < row.Length; i++)
        {
            _json.WritePropertyName(_names[i]);
            JsonRenderer.WriteValue(_json, Cell.ValueOf(row[i]));
        }

        _json.WriteEndObject();
        if (_lines)
            EndLine();
        else
            _json.Flush();
        if (_bytes.WrittenCount >= WrittenAtOnce)
            PassOn();
    }

    protected override void Close()
    {
        _json.Flush();
        PassOn();
        _json.Dispose();
    }

    private void EndLine()
    {
        _json.Flush();
        _bytes.Write("\n"u8);
        _json.Reset();
    }

    private void PassOn()
    {
        _output.Write(Encoding.UTF8.GetString(_bytes.WrittenSpan));
        _bytes.ResetWrittenCount();
    }
}
