using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Finished models in the safetensors format, which other tools read.</summary>
/// <remarks>Layout: header length (uint64, little-endian), header (JSON: name to dtype, shape and data_offsets; "__metadata__"
/// holds strings), data.</remarks>
public static class SafetensorsFile
{
    /// <summary>Name of the metadata with the CRC-32C of the data, in hexadecimal digits; other tools' files have none.</summary>
    public const string ChecksumKey = "crc32c";

    /// <summary>Writes a file durably and whole.</summary>
    /// <param name="metadata">Kept as strings beside the tensors: the configuration, the program's version.</param>
    public static void Save(string path, IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        var crc = ~tensors.Aggregate(uint.MaxValue, (sofar, tensor) => Crc32C.Append(sofar, tensor.Data));
        var header = Header(tensors,
            new Dictionary<string, string>(metadata,
                StringComparer.Ordinal) { [ChecksumKey] = crc.ToString("x8", CultureInfo.InvariantCulture) });
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in tensors)
                stream.Write(tensor.Data);
        });
    }

    /// <summary>Reads a file that <see cref="Save"/> or another tool wrote.</summary>
    /// <exception cref="InvalidDataException">It is cut, damaged or no such file.</exception>
    public static (IReadOnlyList<HostTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = bytes.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : -1;
        if (headerLength < 0 || headerLength > bytes.Length - 8)
        {
            throw new InvalidDataException(
                $"{path} is no safetensors file: {bytes.Length} bytes with a header of {headerLength}.");
        }

        try
        {
            using var header = JsonDocument.Parse(bytes.AsMemory(8, (int)headerLength));
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var tensors = new List<HostTensor>();
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.NameEquals("__metadata__"))
                {
                    metadata = entry.Value.EnumerateObject()
                        .ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal);
                    continue;
                }

                var offsets = entry.Value.GetProperty("data_offsets");
                var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
                tensors.Add(new(
                    entry.Name, entry.Value.GetProperty("dtype").GetString()!,
                    [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                    bytes.AsSpan(8 + (int)headerLength).Slice((int)start, (int)(end - start)).ToArray()));
            }

            // In parts, as it was written: the sum does not depend on where they are cut only in this order.
            var crc = ~tensors.Aggregate(uint.MaxValue, (sofar, tensor) => Crc32C.Append(sofar, tensor.Data));
            if (metadata.Remove(ChecksumKey, out var written) && written != crc.ToString("x8", CultureInfo.InvariantCulture))
                throw new InvalidDataException($"{path} is damaged: its tensors do not match their checksum.");

            return (tensors, metadata);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException
            or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"{path} is no whole safetensors file: {unreadable.Message}", unreadable);
        }
    }

    private static byte[] Header(IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (name, value) in metadata)
                json.WriteString(name, value);

            json.WriteEndObject();
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Dtype);
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                    json.WriteNumberValue(size);

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.Data.Length;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // The format wants the data to begin at a multiple of eight; trailing spaces in the header are allowed for that.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');

        return buffer.ToArray();
    }
}
