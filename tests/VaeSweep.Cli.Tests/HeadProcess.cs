using System.Diagnostics;

namespace VaeSweep.Cli.Tests;

/// <summary>A head with a dashboard as a process of its own, which can be killed.</summary>
internal sealed class HeadProcess
{
    private readonly Process _process;

    private HeadProcess(Process process, string link) => (_process, Link) = (process, link);

    /// <summary>As it was printed; opens the door once.</summary>
    public string Link { get; }

    public int Port => new Uri(Link).Port;

    public static async Task<HeadProcess> StartAsync(string store, int port)
    {
        const string Told = "dashboard: ";
        var program = Path.Combine(AppContext.BaseDirectory, "vaesweep.dll");
        string[] words =
            [program, "head", "--listen", "127.0.0.1:0", "--http", $"127.0.0.1:{port}", "--store", store];
        var start = new ProcessStartInfo("dotnet", words)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["VAESWEEP_DASHBOARD_PAGE"] = WebPages.Dashboard;
        start.Environment["VAESWEEP_SHARE"] = "1";
        var process = Process.Start(start)!;
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.Add(line);
            if (line.StartsWith(Told, StringComparison.Ordinal))
            {
                // Nobody reads on: what a full pipe would stop is read away.
                _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                return new HeadProcess(process, line[Told.Length..]);
            }
        }

        throw new InvalidOperationException($"the head did not start: {string.Join("\n", said)}");
    }

    /// <summary>As by kill -9.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
