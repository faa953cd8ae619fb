using System.Globalization;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>How much is tried: a share on every build, everything with VAESWEEP_LONG=1; another seed with
/// VAESWEEP_SEED.</summary>
internal static class Long
{
    public static bool Runs { get; } = Environment.GetEnvironmentVariable("VAESWEEP_LONG") == "1";

    public static int Seed(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("VAESWEEP_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed
        : usual;
}
