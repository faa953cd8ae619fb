using System.Buffers.Binary;

namespace VaeSweep.Sweeps;

/// <summary>Remembers fingerprints by their first 128 bits, 16 bytes a slot: a million take at most 64 MB.</summary>
internal sealed class FingerprintSet
{
    private (ulong High, ulong Low)[] _slots = new (ulong, ulong)[1024];

    public int Count { get; private set; }

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    /// <returns>False when it was there.</returns>
    public bool Add(ReadOnlySpan<byte> fingerprint)
    {
        var key = (BinaryPrimitives.ReadUInt64LittleEndian(fingerprint),
            BinaryPrimitives.ReadUInt64LittleEndian(fingerprint[8..]));
        if (Count * 2 >= _slots.Length)
            Grow();

        if (!Insert(_slots, key))
            return false;

        Count++;
        return true;
    }

    private void Grow()
    {
        var larger = new (ulong High, ulong Low)[_slots.Length * 2];
        foreach (var slot in _slots)
        {
            if (slot != default)
                Insert(larger, slot);
        }

        _slots = larger;
    }

    /// <summary>An empty slot is all zeros; a fingerprint that begins with 128 zero bits will not be met.</summary>
    private static bool Insert((ulong High, ulong Low)[] slots, (ulong High, ulong Low) key)
    {
        var mask = slots.Length - 1;
        for (var i = (int)key.High & mask; ; i = (i + 1) & mask)
        {
            if (slots[i] == default)
            {
                slots[i] = key;
                return true;
            }

            if (slots[i] == key)
                return false;
        }
    }
}
