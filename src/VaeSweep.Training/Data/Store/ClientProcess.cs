using System.ComponentModel;
using System.Diagnostics;

namespace VaeSweep.Training.Data;

/// <summary>Runs package clients with a time limit.</summary>
/// <param name="searchPath">Folders to look for clients in, as PATH has them.</param>
internal sealed class ClientProcess(string searchPath, TimeSpan timeout, TimeProvider time)
{
    private const int KeptLines = 3;

    /// <exception cref="DatasetException">Not installed, ended badly, or took longer than the limit.</exception>
    public async Task RunAsync(string program, IReadOnlyList<string> arguments, string folder,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw new DatasetException($"{program} is not installed"))
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new DatasetException($"{start.FileName} could not be started: {exception.Message}", exception);
        }

        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = await process.StandardError.ReadToEndAsync(either.Token);
            await output;
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode != 0)
            {
                var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                throw new DatasetException($"{program} ended with "
                    + $"code {process.ExitCode}: {string.Join(" | ", lines.TakeLast(KeptLines))}");
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DatasetException($"{program} took longer than {timeout.TotalSeconds:0.#} s", exception);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private string? Find(string program)
    {
        string[] names = OperatingSystem.IsWindows() ? [program + ".cmd", program + ".exe"] : [program];
        return searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
