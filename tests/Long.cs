using System.Globalization;

namespace VaeSweep.Tests;

/// <summary>How much is tried: a share on every build, everything with VAESWEEP_LONG=1, as `vaesweep test --long` sets
/// it; VAESWEEP_LONG=0.1 tries a tenth of everything.</summary>
internal static class Long
{
    /// <summary>Why a test is skipped that has no share worth its time.</summary>
    public const string Only = "A long proof: `vaesweep test --long` runs it.";

    private const string Seeded = "VAESWEEP_SEED";

    private static readonly double _part =
        double.TryParse(Environment.GetEnvironmentVariable("VAESWEEP_LONG"), CultureInfo.InvariantCulture, out var part)
            ? Math.Clamp(part, 0, 1) : 0;

    public static bool Runs => _part > 0;

    public static int Of(int share, int all) => Runs ? Math.Max(share, (int)(all * _part)) : share;

    /// <summary>What chance is drawn from: VAESWEEP_SEED, where that is set.</summary>
    public static int Seed(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(Seeded), CultureInfo.InvariantCulture, out var seed) ? seed : usual;

    /// <summary>Says what a proof has found, and adds it to the file VAESWEEP_PROOFS, which `vaesweep test --long` shows at its
    /// end.</summary>
    public static void Proved(string found)
    {
        var line = $"proof: {found}";
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("VAESWEEP_PROOFS") is { Length: > 0 } file)
            File.AppendAllText(file, line + "\n");
    }
}
