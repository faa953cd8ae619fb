using System.Text;

namespace VaeSweep.Training;

/// <summary>The last bytes of a stream of text, in bounded memory whatever is written to it.</summary>
internal sealed class TextTail(int capacity = 8192)
{
    private readonly byte[] _ring = new byte[capacity];
    private readonly Lock _lock = new();
    private long _written;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            foreach (var b in bytes.Length > _ring.Length ? bytes[^_ring.Length..] : bytes)
                _ring[_written++ % _ring.Length] = b;
        }
    }

    /// <summary>At most <paramref name="lines"/> whole lines, without control characters.</summary>
    public string Lines(int lines)
    {
        byte[] kept;
        bool cut;
        lock (_lock)
        {
            var count = (int)Math.Min(_written, _ring.Length);
            cut = _written > _ring.Length;
            kept = new byte[count];
            for (var i = 0; i < count; i++)
                kept[i] = _ring[(_written - count + i) % _ring.Length];
        }

        var text = new StringBuilder(Encoding.UTF8.GetString(kept));
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] != '\n')
                text[i] = ' ';
        }

        // The ring's first line has lost its beginning, unless it is all there is.
        var all = text.ToString().Split('\n');
        var whole = cut && all.Length > 1 ? all.Skip(1) : all;
        return string.Join('\n', whole.Select(line => line.Trim()).Where(line => line.Length > 0).TakeLast(lines));
    }
}
