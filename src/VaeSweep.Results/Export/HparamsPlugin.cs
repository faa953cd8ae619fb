using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>What TensorBoard's HParams tab reads of a run: its hyperparameters, and how it ended.</summary>
/// <remarks>tensorboard/plugins/hparams: plugin_data.proto, api.proto; google/protobuf/struct.proto.</remarks>
internal static class HparamsPlugin
{
    public const string Name = "hparams";
    public const string StartTag = "_hparams_/session_start_info";
    public const string EndTag = "_hparams_/session_end_info";
    public const int Success = 1;
    public const int Failure = 2;
    public const int Running = 3;

    private const int Start = 3;
    private const int End = 4;

    /// <param name="settings">By name; JSON values. Lists are written as text, for the tab knows none.</param>
    /// <param name="group">Runs of one group are repetitions of each other.</param>
    /// <param name="started">Seconds since 1970.</param>
    public static byte[] Started(IEnumerable<(string Name, string Json)> settings, string group, double started)
    {
        var info = new ProtoMessage();
        foreach (var (name, json) in settings)
            info.Bytes(1, new ProtoMessage().Bytes(1, Encoding.UTF8.GetBytes(name)).Bytes(2, Value(json)).ToArray());

        return new ProtoMessage().Bytes(Start, info.Bytes(4, Encoding.UTF8.GetBytes(group)).Double(5, started).ToArray())
            .ToArray();
    }

    public static byte[] Ended(int status, double ended) => new ProtoMessage()
        .Bytes(End, new ProtoMessage().Varint(1, (ulong)status).Double(2, ended).ToArray()).ToArray();

    private static byte[] Value(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        var value = parsed.RootElement;
        return value.ValueKind switch
        {
            JsonValueKind.Number => new ProtoMessage().Double(2, value.GetDouble()).ToArray(),
            JsonValueKind.True or JsonValueKind.False => new ProtoMessage().Varint(4, value.GetBoolean() ? 1UL : 0).ToArray(),
            JsonValueKind.String => new ProtoMessage().Bytes(3, Encoding.UTF8.GetBytes(value.GetString()!)).ToArray(),
            _ => new ProtoMessage().Bytes(3, Encoding.UTF8.GetBytes(json)).ToArray(),
        };
    }

    /// <summary>A message of protocol buffers, field by field.</summary>
    private sealed class ProtoMessage
    {
        private readonly MemoryStream _bytes = new();

        public ProtoMessage Bytes(int field, byte[] content)
        {
            Raw((ulong)((field << 3) | 2));
            Raw((ulong)content.Length);
            _bytes.Write(content);
            return this;
        }

        public ProtoMessage Double(int field, double value)
        {
            Raw((ulong)((field << 3) | 1));
            Span<byte> number = stackalloc byte[sizeof(double)];
            BinaryPrimitives.WriteDoubleLittleEndian(number, value);
            _bytes.Write(number);
            return this;
        }

        public ProtoMessage Varint(int field, ulong value)
        {
            Raw((ulong)(field << 3));
            Raw(value);
            return this;
        }

        public byte[] ToArray() => _bytes.ToArray();

        private void Raw(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _bytes.WriteByte((byte)(value | 0x80));

            _bytes.WriteByte((byte)value);
        }
    }
}
