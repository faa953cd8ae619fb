using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>A trial's fingerprint in 32 bytes: a million of them are held in memory.</summary>
public readonly record struct TrialFingerprint(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    private const int Digits = 64;
    private const int Size = 32;
    private const int IdDigits = 12;
    private const int BitsPerDigit = 4;
    private const int WordBits = 64;
    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdef");

    /// <exception cref="ArgumentException">It is not 64 lower-case hex digits.</exception>
    public static TrialFingerprint Of(Trial trial)
    {
        var text = trial.Fingerprint;
        if (text.Length != Digits || text.AsSpan().ContainsAnyExcept(_hexDigits))
            throw Fingerprints.Refuse(trial);
        return Parse(text);
    }

    /// <param name="digits">64 hex digits.</param>
    public static TrialFingerprint Parse(ReadOnlySpan<char> digits)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (digits.Length != Digits || Convert.FromHexString(digits, bytes, out _, out _) != OperationStatus.Done)
            throw new FormatException($"'{digits}' is no fingerprint: it must be {Digits} hex digits.");
        return new TrialFingerprint(
            BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));
    }

    /// <summary>As <see cref="Trial.Id"/>: the first 12 digits.</summary>
    public string Id => (First >> (WordBits - (IdDigits * BitsPerDigit))).ToString("x12", CultureInfo.InvariantCulture);

    /// <summary>The fingerprint's bytes in their order.</summary>
    public byte[] ToBytes() => Convert.FromHexString(ToString());

    /// <returns>64 lower-case hex digits.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{First:x16}{Second:x16}{Third:x16}{Fourth:x16}");

    /// <summary>Whether the digits begin so.</summary>
    /// <param name="prefix">At most 64 lower-case hex digits.</param>
    public bool StartsWith(ReadOnlySpan<char> prefix)
    {
        if (prefix.Length > Digits)
            return false;
        Span<char> digits = stackalloc char[Digits];
        return digits.TryWrite(CultureInfo.InvariantCulture, $"{First:x16}{Second:x16}{Third:x16}{Fourth:x16}", out _)
            && prefix.SequenceEqual(digits[..prefix.Length]);
    }
}
