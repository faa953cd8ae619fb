[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VaeSweep.Deploy.Tests;

/// <summary>What a test cannot do without: a desk that lacks it skips, a CI that lacks it fails.</summary>
internal static class Needs
{
    private static readonly string[] _folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    private static bool Promised =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <returns>The program's path.</returns>
    public static string Program(string name, string package)
    {
        var path = _folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Require(path is not null, $"{name} is not installed (apt-get install {package})");
        return path!;
    }

    /// <returns>The folder of real data sets.</returns>
    public static string Mnist()
    {
        var folder = Environment.GetEnvironmentVariable("VAESWEEP_DATA");
        Require(folder is not null && Directory.Exists(Path.Combine(folder, "mnist")),
            "VAESWEEP_DATA does not name a folder with mnist/");
        return folder!;
    }

    public static void Root(string why) => Require(Environment.IsPrivilegedProcess, $"only root can {why}");

    private static void Require(bool there, string otherwise)
    {
        Assert.False(!there && Promised, $"CI promises it, but {otherwise}.");
        Assert.SkipUnless(there, $"{otherwise}.");
    }
}
