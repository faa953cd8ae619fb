using System.Buffers;
using System.Buffers.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <summary>Activity and KL of an epoch's units as compact JSON: one entry a layer, in it one pair [activity, kl] a unit.</summary>
/// <remarks>Seven significant digits: what the float32 of the measurement held.</remarks>
internal static class UnitsJson
{
    private const int LongestNumber = 32;
    private static readonly StandardFormat _format = new('G', 7);

    /// <returns>UTF-8; null when nothing was measured.</returns>
    public static byte[]? Encode(IReadOnlyList<LayerUnits> layers)
    {
        if (layers.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>(64 + (layers.Sum(layer => layer.Activity.Count) * 24));
        Open(buffer);
        for (var i = 0; i < layers.Count; i++)
        {
            if (i > 0)
                Comma(buffer);
            var (activity, kl) = (layers[i].Activity, layers[i].Kl);
            if (activity.Count != kl.Count)
                throw new ArgumentException($"Layer {i + 1} has {activity.Count} activities and {kl.Count} KL terms; there is one of each for every unit.", nameof(layers));
            Open(buffer);
            for (var unit = 0; unit < activity.Count; unit++)
            {
                if (unit > 0)
                    Comma(buffer);
                Open(buffer);
                Number(buffer, activity[unit]);
                Comma(buffer);
                Number(buffer, kl[unit]);
                Close(buffer);
            }

            Close(buffer);
        }

        Close(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Number(ArrayBufferWriter<byte> buffer, double value)
    {
        if (!double.IsFinite(value))
        {
            buffer.Write("null"u8);
            return;
        }

        Utf8Formatter.TryFormat(value, buffer.GetSpan(LongestNumber), out var written, _format);
        buffer.Advance(written);
    }

    private static void Open(ArrayBufferWriter<byte> buffer) => buffer.Write("["u8);

    private static void Close(ArrayBufferWriter<byte> buffer) => buffer.Write("]"u8);

    private static void Comma(ArrayBufferWriter<byte> buffer) => buffer.Write(","u8);
}
