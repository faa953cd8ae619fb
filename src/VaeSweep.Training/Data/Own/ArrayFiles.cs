using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VaeSweep.Training.Data;

/// <summary>Finds the arrays in files of NumPy, IDX and safetensors. Of each only the header is read.</summary>
internal static partial class ArrayFiles
{
    private const int MostHeader = 16 * 1024 * 1024;

    /// <summary>A .npy file.</summary>
    /// <remarks>numpy.lib.format: magic, version, length of the header, a Python literal, the values.</remarks>
    /// <param name="place">What it is called in messages.</param>
    /// <exception cref="DatasetException">It is none, holds something else than numbers, or is cut short.</exception>
    public static RawArray Npy(string file, string place)
    {
        using var stream = File.OpenRead(file);
        var start = Beginning(stream, 12, place, ".npy file");
        if (start[0] != 0x93 || !start.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
            throw new DatasetException($"{place} is no .npy file: it begins with {Hex(start)}.");

        var isWide = start[6] >= 2;
        long at = isWide ? 12 : 10;
        long length = isWide ? BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8));
        if (length > MostHeader || at + length > stream.Length)
            throw new DatasetException($"{place} is cut short in its header.");

        var header = new byte[length];
        stream.Position = at;
        stream.ReadExactly(header);
        var text = Encoding.UTF8.GetString(header);
        if (NpyPattern().Match(text) is not { Success: true } found)
        {
            throw new DatasetException($"{place} holds something else than one array of numbers: {text.Trim()}. Save one with "
                + "numpy.save.");
        }

        var descr = found.Groups["type"].Value;
        var type = descr[1..] switch
        {
            "b1" => ElementType.Bool,
            "u1" => ElementType.UInt8,
            "i1" => ElementType.Int8,
            "u2" => ElementType.UInt16,
            "i2" => ElementType.Int16,
            "u4" => ElementType.UInt32,
            "i4" => ElementType.Int32,
            "u8" => ElementType.UInt64,
            "i8" => ElementType.Int64,
            "f2" => ElementType.Float16,
            "f4" => ElementType.Float32,
            "f8" => ElementType.Float64,
            _ => throw new DatasetException(
                $"{place} holds elements of NumPy's type '{descr}'; whole numbers, float16 to float64 and bool are read."),
        };
        return new RawArray(file, place, at + length, type, descr[0] == '>', found.Groups["fortran"].Value == "True",
            Sizes(found.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(text => text.TrimEnd('L')), place)).Checked();
    }

    /// <summary>The arrays of a .npz archive, by name.</summary>
    /// <param name="staging">A folder that they are unpacked into.</param>
    /// <exception cref="DatasetException">It is no archive, or an array in it cannot be read.</exception>
    public static IReadOnlyDictionary<string, RawArray> Npz(
        string file, string staging, Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        var arrays = new Dictionary<string, RawArray>(StringComparer.Ordinal);
        try
        {
            using var archive = ZipFile.OpenRead(file);
            foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".npy", StringComparison.Ordinal)))
            {
                var name = entry.FullName[..^4];
                if (!isWanted(name))
                    continue;

                var unpacked = Path.Combine(staging, $"array-{arrays.Count}.npy");
                using (var from = entry.Open())
                using (var to = File.Create(unpacked))
                    Copy(from, to, cancellationToken);

                arrays.Add(name, Npy(unpacked, $"{file}, array '{name}'"));
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException($"{file} is no sound .npz archive: {damaged.Message}", damaged);
        }

        return arrays;
    }

    /// <summary>The names of the arrays in a .npz archive.</summary>
    public static IReadOnlyList<string> NpzNames(string file)
    {
        try
        {
            using var archive = ZipFile.OpenRead(file);
            return [.. archive.Entries.Where(entry => entry.Name.EndsWith(".npy", StringComparison.Ordinal))
                .Select(entry => entry.FullName[..^4])];
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException($"{file} is no sound .npz archive: {damaged.Message}", damaged);
        }
    }

    /// <summary>An IDX file, compressed or not.</summary>
    /// <remarks>Two zero bytes, a type, the number of sizes, the sizes and the values, big-endian.</remarks>
    /// <exception cref="DatasetException">It is none, or cut short.</exception>
    public static RawArray Idx(string file, string staging, CancellationToken cancellationToken)
    {
        var unpacked = Unpacked(file, staging, cancellationToken);
        using var stream = File.OpenRead(unpacked);
        var start = Beginning(stream, 4, file, "IDX file");
        if (start[0] != 0 || start[1] != 0)
            throw new DatasetException($"{file} is no IDX file: it begins with {Hex(start)}, not with two zero bytes.");

        var type = start[2] switch
        {
            0x08 => ElementType.UInt8,
            0x09 => ElementType.Int8,
            0x0B => ElementType.Int16,
            0x0C => ElementType.Int32,
            0x0D => ElementType.Float32,
            0x0E => ElementType.Float64,
            var other => throw new DatasetException($"{file} is no IDX file: it says type 0x{other:x2}."),
        };
        int count = start[3];
        var sizes = Beginning(stream, 4 * count, file, $"IDX file of {count} sizes");
        return new RawArray(unpacked, file, 4 + (4 * count), type, BigEndian: true, ColumnMajor: false,
            [.. Enumerable.Range(0, count).Select(i => (long)BinaryPrimitives.ReadUInt32BigEndian(sizes.AsSpan(4 * i)))])
                .Checked();
    }

    /// <summary>The tensors of a safetensors file, by name.</summary>
    /// <exception cref="DatasetException">It is none, or cut short.</exception>
    public static IReadOnlyDictionary<string, RawArray> Safetensors(string file)
    {
        using var stream = File.OpenRead(file);
        var length = BinaryPrimitives.ReadInt64LittleEndian(Beginning(stream, 8, file, "safetensors file"));
        if (length is <= 0 or > MostHeader || 8 + length > stream.Length)
            throw new DatasetException($"{file} is no safetensors file: its header would have {length} bytes.");

        var header = new byte[length];
        stream.ReadExactly(header);
        var arrays = new Dictionary<string, RawArray>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(header);
            foreach (var tensor in json.RootElement.EnumerateObject().Where(one => !one.NameEquals("__metadata__")))
            {
                var (name, place) = (tensor.Name, $"{file}, tensor '{tensor.Name}'");
                var type = tensor.Value.GetProperty("dtype").GetString() switch
                {
                    "BOOL" => ElementType.Bool,
                    "U8" => ElementType.UInt8,
                    "I8" => ElementType.Int8,
                    "U16" => ElementType.UInt16,
                    "I16" => ElementType.Int16,
                    "U32" => ElementType.UInt32,
                    "I32" => ElementType.Int32,
                    "U64" => ElementType.UInt64,
                    "I64" => ElementType.Int64,
                    "F16" => ElementType.Float16,
                    "BF16" => ElementType.BFloat16,
                    "F32" => ElementType.Float32,
                    "F64" => ElementType.Float64,
                    var other => throw new DatasetException($"{place} holds elements of type {other}, which is not read."),
                };
                var offsets = tensor.Value.GetProperty("data_offsets");
                var (from, to) = (8 + length + offsets[0].GetInt64(), 8 + length + offsets[1].GetInt64());
                if (from < 8 + length || to > stream.Length)
                    throw new DatasetException($"{place} is cut short: it ends at byte {to} of {stream.Length}.");

                arrays.Add(name, new RawArray(file, place, from, type, BigEndian: false, ColumnMajor: false,
                    [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]).Checked(to));
            }
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            throw new DatasetException($"{file} is no safetensors file: {strange.Message}", strange);
        }

        return arrays;
    }

    /// <summary>A file as it is, or what a gzip file holds.</summary>
    private static string Unpacked(string file, string staging, CancellationToken cancellationToken)
    {
        using var stream = File.OpenRead(file);
        Span<byte> start = stackalloc byte[2];
        if (stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) < 2 || !GzipContent.IsGzip(start))
            return file;

        stream.Position = 0;
        var unpacked = Path.Combine(staging, $"unpacked-{Guid.NewGuid():N}");
        try
        {
            using var gzip = new GZipStream(stream, CompressionMode.Decompress);
            using var to = File.Create(unpacked);
            Copy(gzip, to, cancellationToken);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException($"{file} is no sound gzip file: {damaged.Message}", damaged);
        }

        return unpacked;
    }

    private static void Copy(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 20];
        for (int count; (count = from.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            to.Write(buffer, 0, count);
        }
    }

    private static byte[] Beginning(Stream stream, int bytes, string place, string what)
    {
        var start = new byte[bytes];
        return stream.ReadAtLeast(start, bytes, throwOnEndOfStream: false) == bytes ? start
            : throw new DatasetException($"{place} is no {what}: it ends after {stream.Length} bytes.");
    }

    private static long[] Sizes(IEnumerable<string> texts, string place) =>
        [.. texts.Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size : throw new DatasetException($"{place} has a size of '{text}'."))];

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(8, bytes.Length)));

    [GeneratedRegex(
        @"^\s*\{\s*'descr':\s*'(?<type>[<>|=][a-zA-Z][0-9]*)',\s*'fortran_order':\s*(?<fortran>True|False),"
            + @"\s*'shape':\s*\((?<shape>[0-9L, ]*)\),?\s*\}\s*(#[^\n]*)?\s*\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NpyPattern();
}
