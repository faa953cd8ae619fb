using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VaeSweep.Cli.Dashboard;

/// <summary>An answer, whole.</summary>
/// <param name="Type">Of its content.</param>
/// <param name="Tag">Its ETag: another content has another.</param>
internal sealed record Reply(int Status, byte[] Bytes, string Type, string Tag)
{
    private const string JsonType = "application/json; charset=utf-8";
    private const int TagBytes = 12;

    private byte[]? _compressed;

    /// <summary>Its bytes by gzip: ten browsers that ask for it cost one compression.</summary>
    public byte[] Compressed
    {
        get
        {
            if (Volatile.Read(ref _compressed) is { } known)
                return known;
            using var stream = new MemoryStream(Bytes.Length / 3);
            using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
                gzip.Write(Bytes);
            var made = stream.ToArray();
            Volatile.Write(ref _compressed, made);
            return made;
        }
    }

    /// <summary>To be kept as a file of this name; null: to be shown.</summary>
    public string? File { get; init; }

    public static Reply Json(Action<Utf8JsonWriter> write, int status = 200)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            write(json);
        return JsonOf(stream.ToArray()) with { Status = status };
    }

    /// <param name="json">Written already.</param>
    public static Reply JsonOf(byte[] json) => Of(json, JsonType);

    public static Reply Of(byte[] bytes, string type) => new(
        200, bytes, type, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, TagBytes))}\"");

    public static Reply Text(string text, int status = 200) =>
        Of(Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8") with { Status = status };

    /// <summary>Says what is wrong.</summary>
    public static Reply Fault(int status, string words, int? position = null) => Json(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("error", words);
            if (position is { } place)
                json.WriteNumber("position", place);
            json.WriteEndObject();
        },
        status);
}
