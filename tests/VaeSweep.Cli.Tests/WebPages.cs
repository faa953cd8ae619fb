using System.Runtime.CompilerServices;

namespace VaeSweep.Cli.Tests;

/// <summary>What tests of the pages need: a browser, the pages, and the packages that drive the one through the others.</summary>
internal static class WebPages
{
    public const string Browser = "/usr/bin/chromium";

    /// <summary>Where npm builds and tests the pages.</summary>
    public static string Sources([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../src/web"));

    /// <summary>The dashboard's page as npm has built it.</summary>
    public static string Dashboard => Path.GetFullPath(Path.Combine(Sources(), "../../artifacts/dashboard-page"));

    /// <summary>Skips on a desk without them; fails where CI promises them.</summary>
    public static void RequireBrowser()
    {
        Require(Directory.Exists(Path.Combine(Sources(), "node_modules/playwright-core")), "src/web's packages (npm install)");
        Require(File.Exists(Browser), "chromium");
    }

    /// <inheritdoc cref="RequireBrowser"/>
    public static void Require(bool there, string what)
    {
        if (!there)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI promises {what}.");
            Assert.Skip($"{what} is not here");
        }
    }
}
