using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>The one form that data sets of somebody's own are kept in, whatever they were: a safetensors file with the tensors
/// train, valid and test of bytes [images, rows, columns], and labels of int32 beside them. Its name is its SHA-256.</summary>
/// <remarks>Other tools read it. Equal images, parts and labels have equal bytes.</remarks>
internal static class OwnFile
{
    public const string Ending = ".safetensors";
    private const string Format = "vaesweep data 1";
    private const int MostHeader = 16 * 1024 * 1024;

    private static readonly string[] _parts = ["train", "valid", "test"];

    /// <summary>One part of what is written.</summary>
    /// <param name="Write">Writes its pixels, [images, rows, columns].</param>
    /// <param name="Labels">[images], or null.</param>
    public sealed record Part(int Images, Action<Stream> Write, int[]? Labels);

    /// <summary>Writes a file.</summary>
    /// <param name="parts">train, valid and test; valid may have no images.</param>
    /// <returns>Its SHA-256, in lower-case hexadecimal digits.</returns>
    public static string Write(
        string path, int height, int width, bool binary, IReadOnlyList<string>? labelNames, IReadOnlyList<Part> parts)
    {
        var header = Header(height, width, binary, labelNames, parts);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
        {
            using var stream = new HashingStream(file, hash);
            Span<byte> length = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var part in parts)
                part.Write(stream);

            foreach (var labels in parts.Select(part => part.Labels).OfType<int[]>().Where(labels => labels.Length > 0))
                stream.Write(MemoryMarshal.AsBytes(labels.AsSpan()));

            stream.Flush();
            file.Flush(flushToDisk: true);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What is in a file, by its header.</summary>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="DatasetException">It is no such file, or cut short.</exception>
    public static DatasetFacts Facts(string path, string name)
    {
        var (arrays, metadata) = Open(path);
        var train = arrays["train"];
        return new DatasetFacts(
            name, (int)train.Shape[1], (int)train.Shape[2], (int)train.Shape[0], Count("valid"), Count("test"))
        {
            Classes = Number("classes"), FirstClass = Number("first_class"), Binary = metadata["binary"] == "true",
            Sha256 = Path.GetFileNameWithoutExtension(path),
        };

        int Count(string part) => arrays.TryGetValue(part, out var array) ? (int)array.Shape[0] : 0;

        int Number(string key) => int.Parse(metadata[key], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a file and checks it.</summary>
    /// <param name="sha256">That it must have.</param>
    /// <exception cref="DatasetException">It is no such file, or another one.</exception>
    public static PublishedImages Read(string path, string sha256)
    {
        var (arrays, _) = Open(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var read = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, array) in arrays.OrderBy(one => one.Value.Offset))
        {
            // The header, and nothing else, lies between what was read and what is next.
            Take(file, new byte[array.Offset - file.Position], hash);
            Take(file, read[name] = GC.AllocateUninitializedArray<byte>((int)(array.Length * array.ElementBytes)), hash);
        }

        Take(file, new byte[file.Length - file.Position], hash);
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != sha256)
            throw new DatasetException($"{path} is damaged: its SHA-256 is {found}, and must be {sha256}.");

        var dimensions = (int)(arrays["train"].Shape[1] * arrays["train"].Shape[2]);
        return new PublishedImages(Split(SplitKind.Train)!, Split(SplitKind.Valid), Split(SplitKind.Test)!);

        ImageSplit? Split(SplitKind part)
        {
            var name = _parts[(int)part];
            if (!read.TryGetValue(name, out var pixels))
                return null;

            var labels = read.TryGetValue(name + "_labels", out var bytes)
                ? MemoryMarshal.Cast<byte, int>(bytes).ToArray() : null;
            return new ImageSplit(part, pixels, dimensions, labels);
        }
    }

    /// <summary>Names of its classes; none where labels are numbers.</summary>
    public static IReadOnlyList<string> ClassNames(string path) =>
        Open(path).Metadata.TryGetValue("class_names", out var names) ? JsonSerializer.Deserialize<string[]>(names)! : [];

    private static void Take(FileStream file, byte[] target, IncrementalHash hash)
    {
        const int Piece = 1 << 20;
        for (var at = 0; at < target.Length; at += Piece)
        {
            var piece = target.AsSpan(at, Math.Min(Piece, target.Length - at));
            file.ReadExactly(piece);
            hash.AppendData(piece);
        }
    }

    private static (IReadOnlyDictionary<string, RawArray> Arrays, IReadOnlyDictionary<string, string> Metadata) Open(string path)
    {
        var arrays = ArrayFiles.Safetensors(path);
        using var stream = File.OpenRead(path);
        var start = new byte[sizeof(long)];
        stream.ReadExactly(start);
        var header = new byte[Math.Min(MostHeader, BinaryPrimitives.ReadInt64LittleEndian(start))];
        stream.ReadExactly(header);
        using var json = JsonDocument.Parse(header);
        var metadata = json.RootElement.TryGetProperty("__metadata__", out var map)
            ? map.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString() ?? "", StringComparer.Ordinal)
            : [];
        return metadata.GetValueOrDefault("format") == Format && metadata.ContainsKey("binary") && metadata.ContainsKey("classes")
            && arrays.TryGetValue("train", out var train) && train.Shape.Count == 3 && arrays.ContainsKey("test")
            ? (arrays, metadata)
            : throw new DatasetException($"{path} is no data set that `vaesweep data add` wrote.");
    }

    private static byte[] Header(
        int height, int width, bool binary, IReadOnlyList<string>? labelNames, IReadOnlyList<Part> parts)
    {
        var labels = parts.Select(part => part.Labels).OfType<int[]>().SelectMany(one => one);
        var (first, last) = labels.Aggregate((First: int.MaxValue, Last: -1),
            (range, label) => (Math.Min(range.First, label), Math.Max(range.Last, label)));
        var classes = last < 0 ? 0 : last - first + 1;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("binary", binary ? "true" : "false");
            if (labelNames is not null)
                json.WriteString("class_names", JsonSerializer.Serialize(labelNames));

            json.WriteString("classes", $"{classes}");
            json.WriteString("first_class", $"{(last < 0 ? 0 : first)}");
            json.WriteString("format", Format);
            json.WriteEndObject();
            var offset = 0L;
            for (var i = 0; i < parts.Count; i++)
            {
                if (parts[i].Images > 0)
                    Tensor(json, _parts[i], "U8", ref offset, 1, parts[i].Images, height, width);
            }

            for (var i = 0; i < parts.Count; i++)
            {
                if (parts[i].Labels is { Length: > 0 } own)
                    Tensor(json, _parts[i] + "_labels", "I32", ref offset, sizeof(int), own.Length);
            }

            json.WriteEndObject();
        }

        // The format wants the data to begin at a multiple of eight.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');

        return buffer.ToArray();
    }

    private static void Tensor(Utf8JsonWriter json, string name, string type, ref long offset, int bytes, params int[] sizes)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", type);
        json.WriteStartArray("shape");
        foreach (var size in sizes)
            json.WriteNumberValue(size);

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        offset += sizes.Aggregate((long)bytes, (product, size) => product * size);
        json.WriteNumberValue(offset);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes to a file and a checksum.</summary>
    private sealed class HashingStream(Stream file, IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            file.Write(buffer);
            hash.AppendData(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
