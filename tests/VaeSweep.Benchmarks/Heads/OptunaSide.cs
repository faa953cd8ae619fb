using System.Diagnostics;
using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>The same dispatch by Debian's python3-optuna, in the same run.</summary>
internal static class OptunaSide
{
    private const string Python = "/usr/bin/python3";
    private const int Trials = 640;
    private const int Reports = 500;

    /// <param name="ours">Trials a second of VaeSweep.</param>
    public static async Task RunAsync(TextWriter output, double ours, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            if (await SaidAsync(folder.FullName, cancellationToken) is not [var trials, var reports])
            {
                await output.WriteLineAsync("Optuna: not measured (apt-get install python3-optuna)");
                return;
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Optuna, 64 workers on its journal file: {trials:N0} trials asked for and told a second, {reports:N0} ")
                + string.Create(
                    CultureInfo.InvariantCulture, $"intermediate values; VaeSweep dispatches {ours / trials:N0} times as many"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double[]> SaidAsync(string folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(Python))
            return [];
        var script = Path.Combine(AppContext.BaseDirectory, "optuna", "optuna_queue.py");
        string[] words = [script, Path.Combine(folder, "journal"), $"{Trials}", $"{Reports}"];
        using var process = Process.Start(new ProcessStartInfo(Python, words)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        await errors;
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return process.ExitCode != 0 ? [] : [.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }
}
