using System.Buffers;
using System.Buffers.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Activity and KL of an epoch's units as compact JSON: one entry a layer, in it one pair [activity, kl] a
/// unit.</summary>
/// <remarks>At least seven significant digits: what the float32 of the measurement held. Written by hand, because formatting a
/// hundred numbers for each epoch was most of the time that storing it took.</remarks>
internal static class UnitsJson
{
    private const int LongestNumber = 32;
    private static readonly StandardFormat _format = new('G', 9);
    private static readonly double[] _powers = [.. Enumerable.Range(0, 13).Select(i => Math.Pow(10, i))];

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
            {
                throw new ArgumentException(
                    $"Layer {i + 1} has {activity.Count} activities and {kl.Count} KL terms; there is one of each for "
                        + "every unit.", nameof(layers));
            }
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

        var size = Math.Abs(value);
        var decimals = size switch
        {
            >= 1e6 or < 1e-5 and > 0 => -1,
            >= 1e3 => 4,
            >= 1 => 6,
            >= 1e-2 => 9,
            _ => 12,
        };
        var span = buffer.GetSpan(LongestNumber);
        int written;
        if (decimals < 0)
            Utf8Formatter.TryFormat(value, span, out written, _format);
        else
            written = Fixed(span, value, decimals);
        buffer.Advance(written);
    }

    /// <summary>Writes a number with so many decimals, without the zeros at its end.</summary>
    private static int Fixed(Span<byte> span, double value, int decimals)
    {
        var length = 0;
        if (value < 0)
            span[length++] = (byte)'-';
        var scaled = (long)Math.Round(Math.Abs(value) * _powers[decimals]);
        var (whole, fraction) = Math.DivRem(scaled, (long)_powers[decimals]);
        Utf8Formatter.TryFormat(whole, span[length..], out var written);
        length += written;
        if (fraction == 0)
            return length;
        span[length++] = (byte)'.';
        var end = length + decimals;
        for (var i = end - 1; i >= length; i--)
        {
            (fraction, var digit) = Math.DivRem(fraction, 10);
            span[i] = (byte)('0' + digit);
        }

        while (span[end - 1] == '0')
            end--;
        return end;
    }

    private static void Open(ArrayBufferWriter<byte> buffer) => buffer.Write("["u8);

    private static void Close(ArrayBufferWriter<byte> buffer) => buffer.Write("]"u8);

    private static void Comma(ArrayBufferWriter<byte> buffer) => buffer.Write(","u8);
}
