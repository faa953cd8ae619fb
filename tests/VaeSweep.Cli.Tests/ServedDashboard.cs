using System.Text.Json;

namespace VaeSweep.Cli.Tests;

/// <summary>A command in this process that serves the dashboard: `dashboard`, or a head that has one.</summary>
internal sealed class ServedDashboard : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<Answer> _command;

    private ServedDashboard(Task<Answer> command, CancellationTokenSource stop, string link) =>
        (_command, _stop, Link) = (command, stop, link);

    /// <summary>As it was printed; opens the door once.</summary>
    public string Link { get; }

    public int Port => new Uri(Link).Port;

    /// <summary>What the command says when it ends.</summary>
    public Task<Answer> Ended => _command;

    /// <param name="words">A command; `--http` is added.</param>
    public static async Task<ServedDashboard> StartAsync(Cli cli, int port, params string[] words)
    {
        cli.Environment["VAESWEEP_DASHBOARD_PAGE"] = WebPages.Dashboard;
        var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var link = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        const string Told = "dashboard: ";
        var command = Task.Run(() => cli.RunAsync(
            stop.Token,
            line =>
            {
                if (line.StartsWith(Told, StringComparison.Ordinal))
                    link.TrySetResult(line[Told.Length..]);
            },
            [.. words, "--http", $"127.0.0.1:{port}"]));
        if (await Task.WhenAny(link.Task, command) == command)
            Assert.Fail($"the dashboard did not start: {(await command).Error}");
        return new ServedDashboard(command, stop, await link.Task);
    }

    /// <summary>Over a store with a trained model.</summary>
    public static Task<ServedDashboard> StartAsync(TrainedSweep sweep, params string[] words) => StartAsync(sweep.Own, 0, words);

    /// <summary>A link that opens the door as often as one likes.</summary>
    /// <param name="who">"token": the owner; "visitor".</param>
    public string LinkOf(Cli cli, string who = "token")
    {
        var file = JsonDocument.Parse(File.ReadAllText($"{cli.Store}.dashboard")).RootElement;
        return $"http://127.0.0.1:{Port}/#token={file.GetProperty(who).GetString()}";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _command;
        _stop.Dispose();
    }
}
