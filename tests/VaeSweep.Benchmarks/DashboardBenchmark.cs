using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Benchmarks;

/// <summary>How soon does the dashboard answer over 100,000 trials, and what do ten browsers that follow cost a head?</summary>
internal static class DashboardBenchmark
{
    private const int Browsers = 10;
    private const int ChangesASecond = 20;
    private static readonly TimeSpan _follows = TimeSpan.FromSeconds(15);

    /// <param name="options">program=PATH for another program than the one that ./vaesweep has built.</param>
    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        const string Named = "program=";
        var program = options.Where(one => one.StartsWith(Named, StringComparison.Ordinal)).Select(one => one[Named.Length..])
            .FirstOrDefault(Path.Combine(Peers.Root, "artifacts", "cli", "vaesweep"));
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var store = Path.Combine(folder.FullName, "large.db");
            await CommandsBenchmark.FillAsync(store, cancellationToken);
            var gates = new List<Gate>();
            gates.AddRange(await AnswersAsync(output, program, store, "dashboard", cancellationToken));
            gates.AddRange(await AnswersAsync(output, program, store, "head", cancellationToken));
            gates.Add(await FollowedAsync(output, program, store, cancellationToken));
            return gates;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Gate>> AnswersAsync(
        TextWriter output, string program, string store, string command, CancellationToken cancellationToken)
    {
        using var process = await StartAsync(program, store, command, cancellationToken);
        using var browser = Browser(store);
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, path) in new[]
        {
            ("home", "/api/home"), ("sweep", "/api/sweeps/1"), ("table", "/api/sweeps/1/table"),
            ("table of every row", "/api/sweeps/1/table?by=lr,k,latent"), ("trials", "/api/sweeps/1/trials?sort=-value"),
            ("more trials", "/api/sweeps/1/trials?sort=-value&offset=50000"), ("home again", "/api/home"),
            ("table again", "/api/sweeps/1/table"),
        })
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await browser.GetAsync(path, cancellationToken);
            answer.EnsureSuccessStatusCode();
            seconds[name] = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var bytes = (await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Length;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{command}, {name}: {seconds[name]:0.000} s, {bytes / 1000.0:0} kB"));
        }

        await EndAsync(process, cancellationToken);
        return
        [
            Gate.Most($"dashboard of a {command}, home of 100000 trials, s", seconds["home again"], 0.05),
            Gate.Most($"dashboard of a {command}, table of 100000 trials, s", seconds["table"], 1),
        ];
    }

    private static async Task<Gate> FollowedAsync(
        TextWriter output, string program, string store, CancellationToken cancellationToken)
    {
        using var process = await StartAsync(program, store, "head", cancellationToken);
        var owner = StoreOwner.Read(store)!;
        await using var remote = RemoteStore.Connect(owner.Address!, owner.Token, null, TimeProvider.System);
        await remote.MigrateAsync(cancellationToken);
        // What is made once is made before.
        await CostAsync(process, remote, TimeSpan.FromSeconds(3), cancellationToken);
        var alone = await CostAsync(process, remote, _follows, cancellationToken);
        var followed = 0.0;
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            var readers = Enumerable.Range(0, Browsers).Select(_ => ReadAsync(store, end.Token)).ToList();
            await CostAsync(process, remote, TimeSpan.FromSeconds(3), cancellationToken);
            followed = await CostAsync(process, remote, _follows, cancellationToken);
            await end.CancelAsync();
            var events = await Task.WhenAll(readers);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{Browsers} browsers heard {events.Sum()} events, {events.Average() / (_follows.TotalSeconds + 3):0.0} a second "
                    + $"each; {ChangesASecond} changes a second take {alone:0.000} of a core, followed {followed:0.000}"));
        }

        await EndAsync(process, cancellationToken);
        return Gate.Most("dashboard, what ten browsers cost a head, cores", followed - alone, 0.03);
    }

    /// <summary>Changes a sweep again and again.</summary>
    /// <returns>Cores that the process takes meanwhile.</returns>
    private static async Task<double> CostAsync(
        Process process, RemoteStore store, TimeSpan time, CancellationToken cancellationToken)
    {
        process.Refresh();
        var (began, before, count) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime, 0);
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            await store.NoteAsync("bench", null, $"change {count++}", cancellationToken);
            var rest = TimeSpan.FromSeconds((double)count / ChangesASecond) - Stopwatch.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, cancellationToken);
        }

        process.Refresh();
        return (process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(began);
    }

    /// <returns>Events that came.</returns>
    private static async Task<int> ReadAsync(string store, CancellationToken cancellationToken)
    {
        using var browser = Browser(store);
        var count = 0;
        try
        {
            await using var stream = await browser.GetStreamAsync("/api/events", cancellationToken);
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
                count += line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        }
        catch (OperationCanceledException)
        {
            // It was to go on until then.
        }

        return count;
    }

    private static async Task<Process> StartAsync(
        string program, string store, string command, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(program, [command, "--store", store, "--http", "127.0.0.1:0"])
        {
            UseShellExecute = false, RedirectStandardError = true,
        })!;
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("dashboard: ", StringComparison.Ordinal))
                return process;
        }

        throw new InvalidOperationException($"{command} has ended without a dashboard.");
    }

    private static HttpClient Browser(string store)
    {
        using var tokens = JsonDocument.Parse(File.ReadAllText(store + ".dashboard"));
        var client = new HttpClient { BaseAddress = new Uri(tokens.RootElement.GetProperty("address").GetString()!) };
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", tokens.RootElement.GetProperty("token").GetString());
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        return client;
    }

    private static async Task EndAsync(Process process, CancellationToken cancellationToken)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }
}
