using System.Diagnostics;

namespace VaeSweep.Cli.Tests;

/// <summary>Standard output that is full or closed, as a shell makes it.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(">/dev/full", "the results cannot be written to standard output: No space left on device.")]
    [InlineData(">&-", "the results cannot be written to standard output: it is closed.")]
    public async Task Results_that_cannot_be_written_are_told_in_words(string redirection, string said)
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var (code, error) = await ShellAsync($"list --store \"$STORE\" {redirection}");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal($"vaesweep: {said}\n", error);
    }

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    public async Task Work_goes_on_where_nobody_can_hear_of_it(string redirection)
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var (code, _) = await ShellAsync($"pause demo --store \"$STORE\" {redirection}");

        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal("paused", (await _cli.RunAsync("list", "-f", "json")).Json()[0].GetProperty("state").GetString());
    }

    private async Task<(int Code, string Error)> ShellAsync(string line)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "vaesweep.dll");
        var start = new ProcessStartInfo("sh", ["-c", $"exec dotnet '{program}' {line}"]) { RedirectStandardError = true,
            UseShellExecute = false };
        start.Environment["STORE"] = _cli.Store;
        using var shell = Process.Start(start)!;
        var error = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, error);
    }
}
