using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using VaeSweep.Cli.Dashboard;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests.Dashboard;

/// <summary>What probes, Prometheus and collectors are told, and heads that have a dashboard of their own.</summary>
public sealed class OperationsTests : IDisposable
{
    private readonly Cli _cli = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Prometheus_reads_how_trials_stand_and_what_commits_take()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var visitor = await served.BrowserAsync(Role.Visitor);
        using var nobody = new Browser(served.Server.Origin);

        using var first = await visitor.GetAsync("/metrics");
        await head.Store.NoteAsync("demo", null, "one more commit", Token);
        using var again = await visitor.GetAsync("/metrics");
        var text = await again.Content.ReadAsStringAsync(Token);
        using var refused = await nobody.GetAsync("/metrics");

        Assert.Contains("vaesweep_trials{sweep=\"demo\",state=\"queued\"} 4\n", text, StringComparison.Ordinal);
        Assert.Contains("vaesweep_devices{state=\"idle\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE vaesweep_store_commit_duration_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Matches("vaesweep_store_commit_duration_seconds_bucket\\{le=\"\\+Inf\"\\} [1-9]", text);
        Assert.All(text.TrimEnd().Split('\n'), line => Assert.Matches(
            "^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\\})? [-+0-9.eE]+)$", line));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task A_head_that_cannot_keep_what_it_is_told_is_not_ready()
    {
        var health = new HeadHealth();

        health.Hear(new VaeSweep.Cluster.StoreUnreachable("the disk is full"));
        var trouble = health.Trouble;
        health.Hear(new VaeSweep.Cluster.StoreRecovered(TimeSpan.FromSeconds(1)));

        Assert.Equal("the disk is full", trouble);
        Assert.Null(health.Trouble);
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await using var served = await Served.StartAsync(_cli.Store);
        using var nobody = new Browser(served.Server.Origin);
        using (var browser = await served.BrowserAsync())
            Assert.Equal("live", (await browser.JsonAsync("/api/home")).GetProperty("mode").GetString());
        using var live = await nobody.GetAsync("/health/live");
        using var ready = await nobody.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (live.StatusCode, ready.StatusCode));
        await head.HangUpAsync();
        using var away = await nobody.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
    }

    [Fact]
    public async Task A_head_and_a_run_have_a_dashboard_in_their_own_process()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _cli.RunAsync("submit", _cli.Sweep());
        var head = _cli.RunAsync(end.Token, Hear, "head", "--http", "127.0.0.1:0");
        using (var browser = await OpenAsync(await told.Task.WaitAsync(Token)))
        {
            Assert.Equal("live", (await browser.JsonAsync("/api/home")).GetProperty("mode").GetString());
            await browser.ActAsync("/api/actions/priority", """{"sweep":"1","priority":7}""");
            Assert.Equal(7, (await browser.JsonAsync("/api/home")).GetProperty("sweeps")[0].GetProperty("priority").GetInt32());
        }

        await end.CancelAsync();
        Assert.Equal(ExitCodes.Interrupted, (await head).Code);

        told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var seen = new ManualResetEventSlim();
        // The second trial waits until the page has shown the end of the first.
        _cli.Launcher.BeforeEpoch = (_, _) =>
        {
            if (_cli.Launcher.Trained.Count > 1)
                seen.Wait(Token);
        };
        var run = _cli.RunAsync(Token, Hear, "run", _cli.Sweep(), "--devices", "cpu:1", "--dashboard", "--http", "127.0.0.1:0");
        using (var browser = await OpenAsync(await told.Task.WaitAsync(Token)))
        {
            using var events = await browser.FollowAsync();
            await events.UntilAsync(one => SweepsOf(one).EnumerateArray()
                .Any(sweep => sweep.GetProperty("states").GetProperty("succeeded").GetInt32() == 1));
            seen.Set();
        }

        Assert.Equal(ExitCodes.Done, (await run).Code);

        static JsonElement SweepsOf(JsonElement one) => one.TryGetProperty("home", out var home) ? home.GetProperty("sweeps")
            : one.TryGetProperty("sweeps", out var sweeps) ? sweeps : JsonDocument.Parse("[]").RootElement;

        void Hear(string line)
        {
            if (line.StartsWith("dashboard: ", StringComparison.Ordinal))
                told.TrySetResult(line["dashboard: ".Length..]);
        }
    }

    [Fact]
    public async Task A_collector_is_sent_what_a_head_measures()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        _cli.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "set";
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{((IPEndPoint)collector.LocalEndpoint).Port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        };
        foreach (var (name, value) in variables)
            Environment.SetEnvironmentVariable(name, value);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var head = _cli.RunAsync(end.Token, "head");

        using var sender = await collector.AcceptTcpClientAsync(Token);
        using var reader = new StreamReader(sender.GetStream());
        var line = await reader.ReadLineAsync(Token);
        await end.CancelAsync();
        collector.Stop();
        await head;
        foreach (var name in variables.Keys)
            Environment.SetEnvironmentVariable(name, null);

        Assert.Matches("^POST /v1/(metrics|traces) HTTP/1.1$", line);
    }

    private static async Task<Browser> OpenAsync(string link)
    {
        var browser = new Browser(link[..link.IndexOf("/#", StringComparison.Ordinal)]);
        Assert.Equal(HttpStatusCode.OK, await browser.LoginAsync("ticket", link[(link.IndexOf('=') + 1)..]));
        return browser;
    }
}
