namespace VaeSweep.Cluster.Tests;

/// <summary>How much is tried: a share on every build, everything with VAESWEEP_LONG=1.</summary>
internal static class Long
{
    public static int Of(int share, int all) => Environment.GetEnvironmentVariable("VAESWEEP_LONG") == "1" ? all : share;
}
