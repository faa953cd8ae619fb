using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Checkpoints as files.</summary>
/// <remarks>Layout: 8 bytes magic with the version, header length (uint32, little-endian), header (JSON), the tensors' bytes one
/// after the other in the header's order, CRC-32C of everything before it (uint32, little-endian). Nothing but data: reading one
/// runs no code.</remarks>
public static class CheckpointFile
{
    public const string Extension = ".vsckpt";

    private const byte Version = 1;
    private const int MaxHeader = 64 << 20;
    private static ReadOnlySpan<byte> Magic => "VSCKPT"u8;

    /// <summary>Writes a checkpoint durably: when this returns, it survives a power cut, and before, nothing is at
    /// <paramref name="path"/>.</summary>
    public static void Save(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new CheckpointHeader(
                checkpoint.Fingerprint, checkpoint.Numerics, checkpoint.Progress,
                [.. checkpoint.Tensors.Select(tensor => new TensorHeader(tensor.Name, tensor.Dtype, tensor.Shape))]),
            CheckpointJson.Default.CheckpointHeader);

        AtomicFile.Write(path, stream =>
        {
            var crc = uint.MaxValue;
            void Put(ReadOnlySpan<byte> bytes)
            {
                crc = Crc32C.Append(crc, bytes);
                stream.Write(bytes);
            }

            Put([.. Magic, Version, (byte)'\n']);
            Span<byte> word = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteInt32LittleEndian(word, header.Length);
            Put(word);
            Put(header);
            foreach (var tensor in checkpoint.Tensors)
                Put(tensor.Data);

            BinaryPrimitives.WriteUInt32LittleEndian(word, ~crc);
            stream.Write(word);
        });
    }

    /// <summary>Reads a checkpoint of a trial.</summary>
    /// <param name="fingerprint">Of the trial that is to go on.</param>
    /// <param name="shared">From the fingerprint of another trial to the epochs that this one begins with as that one; 0 where
    /// it does not. Null: of none.</param>
    /// <exception cref="CheckpointException">Missing, cut, damaged, of another version or of another trial.</exception>
    public static Checkpoint Load(string path, string fingerprint, Func<string, int>? shared = null)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"checkpoint {path} cannot be read: {unreadable.Message}", unreadable);
        }

        var checkpoint = Parse(path, bytes);
        var (epochs, step) = (checkpoint.Progress.Epochs, checkpoint.Progress.Step);
        return checkpoint.Fingerprint == fingerprint
            // Where two trials part, what one of them has begun of its next epoch is not the other's.
            || (shared?.Invoke(checkpoint.Fingerprint) is > 0 and var alike && (epochs < alike || (epochs == alike && step == 0)))
            ? checkpoint
            : throw new CheckpointException(
                $"checkpoint {path} belongs to the configuration {Short(checkpoint.Fingerprint)}, this trial "
                    + $"is {Short(fingerprint)}.");
    }

    private static Checkpoint Parse(string path, byte[] bytes)
    {
        CheckpointException Bad(string why) => new($"checkpoint {path} {why}");
        const int Prefix = 12;
        if (bytes.Length < Prefix + sizeof(uint) || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw Bad(bytes.Length < Prefix + sizeof(uint)
                ? $"is cut: it has {bytes.Length} bytes." : "is no checkpoint of this program.");
        }

        if (bytes[Magic.Length] != Version)
            throw Bad($"has format version {bytes[Magic.Length]}; this program reads version {Version}.");

        var expected = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint)));
        if (Crc32C.Of(bytes.AsSpan(0, bytes.Length - sizeof(uint))) != expected)
            throw Bad($"is cut or damaged: its {bytes.Length} bytes do not match their checksum.");

        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (headerLength is < 0 or > MaxHeader || Prefix + headerLength + sizeof(uint) > bytes.Length)
            throw Bad($"claims a header of {headerLength} bytes.");

        try
        {
            var header = JsonSerializer.Deserialize(bytes.AsSpan(Prefix, headerLength), CheckpointJson.Default.CheckpointHeader)
                ?? throw Bad("has an empty header.");
            return new(header.Fingerprint, header.Numerics, header.Progress, Tensors(header, bytes, Prefix + headerLength, Bad));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException or OverflowException)
        {
            throw new CheckpointException(
                $"checkpoint {path} has a header that cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static List<HostTensor> Tensors(
        CheckpointHeader header, byte[] bytes, int start, Func<string, CheckpointException> bad)
    {
        var tensors = new List<HostTensor>(header.Tensors.Count);
        var at = start;
        foreach (var tensor in header.Tensors)
        {
            var length = tensor.Shape.Aggregate(
                (long)HostTensor.SizeOf(tensor.Dtype), (product, size) => checked(product * size));
            if (length < 0 || length > bytes.Length - sizeof(uint) - at)
                throw bad($"has no room for tensor '{tensor.Name}' of {length} bytes.");

            tensors.Add(new(tensor.Name, tensor.Dtype, tensor.Shape, bytes.AsSpan(at, (int)length).ToArray()));
            at += (int)length;
        }

        return at == bytes.Length - sizeof(uint)
            ? tensors : throw bad($"has {bytes.Length - sizeof(uint) - at} bytes that belong to no tensor.");
    }

    private static string Short(string fingerprint) => fingerprint.Length > 12 ? fingerprint[..12] : fingerprint;
}

internal sealed record CheckpointHeader(
    string Fingerprint, int Numerics, TrialProgress Progress, IReadOnlyList<TensorHeader> Tensors);

internal sealed record TensorHeader(string Name, string Dtype, IReadOnlyList<long> Shape);

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
