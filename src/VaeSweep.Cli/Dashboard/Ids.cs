using System.Globalization;

namespace VaeSweep.Cli.Dashboard;

/// <summary>What addresses name sweeps by: their keys, which stay when they are renamed.</summary>
internal static class Ids
{
    public static string Of(long key) => key.ToString(CultureInfo.InvariantCulture);
}
