using System.Collections.Concurrent;
using System.Text.Json;

namespace VaeSweep.Cli;

/// <summary>Fetches the data set of a trial onto a worker's machine when the first trial that needs it comes.</summary>
internal sealed class TrialData(CliHost host)
{
    private readonly ConcurrentDictionary<string, bool> _here = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);

    /// <exception cref="VaeSweep.Training.Data.DatasetException">It could not be had.</exception>
    public async Task EnsureAsync(string configJson, CancellationToken cancellationToken)
    {
        using var config = JsonDocument.Parse(configJson);
        if (!config.RootElement.TryGetProperty("dataset.name", out var value) || value.GetString() is not { } name
            || config.RootElement.TryGetProperty("dataset.own", out _) || _here.ContainsKey(name))
        {
            return;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            await host.FetchData([name], host, cancellationToken);
            _here.TryAdd(name, true);
        }
        finally
        {
            _one.Release();
        }
    }
}
