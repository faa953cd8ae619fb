using System.Diagnostics;
using VaeSweep.Training;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Draws figures of trained models in a process of its own, `vaesweep plot`: libtorch is never loaded where a head is.
/// One at a time.</summary>
internal sealed class ModelFigures(DashboardSettings settings)
{
    private const int MostWaiting = 8;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _turn = new(1);
    private int _waiting;

    /// <param name="words">Of `plot`: kind, sweep and options.</param>
    /// <param name="ending">Of the file that is made: .json, .svg, .png or .pdf.</param>
    /// <returns>The file's content.</returns>
    /// <exception cref="HttpFault">Too many wait, or it cannot be drawn; with what the command said.</exception>
    public async Task<byte[]> DrawAsync(IReadOnlyList<string> words, string ending, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new HttpFault(429, $"{MostWaiting} figures of trained models are being drawn already: ask again in a moment.");
        }

        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                return await RunAsync(words, ending, cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<byte[]> RunAsync(IReadOnlyList<string> words, string ending, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(), $"vaesweep-{Guid.NewGuid():N}{ending}");
        var program = TrainerCommand.ForAssembly(Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"));
        var start = new ProcessStartInfo(
            program.FileName, [.. program.Arguments, "plot", .. words, $"--output={file}", .. settings.StoreOptions])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardOutput.ReadToEndAsync(limit.Token);
            var said = await error;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await File.ReadAllBytesAsync(file, limit.Token)
                : throw new HttpFault(400, FaultText.Bounded(said.Trim().Replace("vaesweep: ", "", StringComparison.Ordinal)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpFault(503, $"the figure was not drawn within {Wording.Duration(_patience)}.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            File.Delete(file);
        }
    }
}
