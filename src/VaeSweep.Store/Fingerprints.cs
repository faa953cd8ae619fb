using System.Buffers;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Fingerprints as the stores keep them: 32 bytes.</summary>
internal static class Fingerprints
{
    private const int Digits = 64;
    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdef");

    /// <exception cref="ArgumentException">It is not 64 lower-case hex digits.</exception>
    public static byte[] Parse(Trial trial)
    {
        var text = trial.Fingerprint;
        if (text.Length == Digits && !text.AsSpan().ContainsAnyExcept(_hexDigits))
            return Convert.FromHexString(text);
        throw Refuse(trial);
    }

    public static ArgumentException Refuse(Trial trial) =>
        new($"Trial {trial.Index} has the fingerprint '{trial.Fingerprint}'; it must be {Digits} lower-case hex digits.",
            nameof(trial));
}
