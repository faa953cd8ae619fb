using System.Diagnostics;

namespace VaeSweep.Training.Tests;

/// <summary>The program beside the tests that plays trainers, as a process that does one thing and ends.</summary>
internal static class TestProcess
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "VaeSweep.TestTrainer.dll");

    /// <returns>What it wrote, trimmed.</returns>
    public static async Task<string> RunAsync(string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("dotnet", [Path, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true,
            RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var stopped = token.Register(process.Kill);
        var (said, told) = (process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        Assert.True(process.ExitCode == 0, await told);
        return (await said).Trim();
    }
}
