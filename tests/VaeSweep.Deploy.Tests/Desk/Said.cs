using System.Diagnostics;

namespace VaeSweep.Deploy.Tests;

/// <summary>What a program said, and how it ended.</summary>
internal sealed record Said(int Code, string Out, string Errors)
{
    /// <summary>Runs a program to its end.</summary>
    public static async Task<Said> RunAsync(
        string folder, IReadOnlyDictionary<string, string?> environment, string program, IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            info.Environment[name] = value;

        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Until.Patience);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token),
                process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new Said(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public Said Succeeded(string what, string more = "")
    {
        Assert.True(Code == 0, $"{what} ended with code {Code}. It said:\n{Out}\n{Errors}\n{more}");
        return this;
    }
}
