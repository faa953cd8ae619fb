using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VaeSweep.Cli;

/// <summary>Writes one JSON document.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions _options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>Text that ends with a line feed.</returns>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _options))
            write(writer);

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }
}
