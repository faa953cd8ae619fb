using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace VaeSweep.Benchmarks;

/// <summary>A dashboard in a process of its own.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _store;

    private ServedProcess(Process process, string store, string link) => (_process, _store, Link) = (process, store, link);

    /// <summary>As it was printed; opens the page once.</summary>
    public string Link { get; }

    /// <summary>Processor time that it has taken.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ServedProcess> StartAsync(
        string program, string store, string command, CancellationToken cancellationToken)
    {
        const string Told = "dashboard: ";
        var process = Process.Start(new ProcessStartInfo(program, [command, "--store", store, "--http", "127.0.0.1:0"])
        {
            UseShellExecute = false, RedirectStandardError = true,
        })!;
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Told, StringComparison.Ordinal))
                return new ServedProcess(process, store, line[Told.Length..]);
        }

        throw new InvalidOperationException($"{command} has ended without a dashboard.");
    }

    public HttpClient Browser(bool compresses = true)
    {
        using var tokens = JsonDocument.Parse(File.ReadAllText(_store + ".dashboard"));
        // On a machine that does much else an answer may take long, and is measured all the same.
        var client = new HttpClient
        {
            BaseAddress = new Uri(new Uri(Link).GetLeftPart(UriPartial.Authority)), Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", tokens.RootElement.GetProperty("token").GetString());
        if (compresses)
            client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
