using System.Diagnostics;
using System.Globalization;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Benchmarks;

/// <summary>How soon does the dashboard answer over 100,000 trials, what do ten browsers that follow cost a head and those whose
/// changes it commits, how large is what is sent, and does the page's memory stay what it is?</summary>
internal static class DashboardBenchmark
{
    private const int Browsers = 10;
    private const int ChangesASecond = 20;
    private const int Turns = 3;
    private static readonly TimeSpan _follows = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(5);

    /// <param name="options">Parts to run: answers, followed, curves, page; all when none is named. program=PATH for another
    /// program than the one that ./vaesweep has built; before=PATH for one that is measured beside it.</param>
    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        string? Named(string name) => options.Where(one => one.StartsWith(name, StringComparison.Ordinal))
            .Select(one => one[name.Length..]).FirstOrDefault();
        string[] parts = [.. options.Where(one => !one.Contains('=', StringComparison.Ordinal))];
        bool Wants(string part) => parts.Length == 0 || parts.Contains(part, StringComparer.Ordinal);
        var program = Named("program=") ?? Path.Combine(Peers.Root, "artifacts", "cli", "vaesweep");
        var before = Named("before=");
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var gates = new List<Gate>();
            if (Wants("answers") || Wants("followed"))
            {
                var store = Path.Combine(folder.FullName, "large.db");
                await CommandsBenchmark.FillAsync(store, cancellationToken);
                if (Wants("answers"))
                    gates.AddRange(await AnswersAsync(output, program, before, store, cancellationToken));
                if (Wants("followed"))
                {
                    if (before is not null)
                        await FollowedAsync(output, before, store, "before, ", cancellationToken);
                    gates.AddRange(await FollowedAsync(output, program, store, "", cancellationToken));
                }
            }

            if (Wants("curves"))
                gates.Add(await CurvesAsync(output, program, Path.Combine(folder.FullName, "curves.db"), cancellationToken));
            if (Wants("page"))
                gates.AddRange(await PageAsync(output, program, Path.Combine(folder.FullName, "page.db"), cancellationToken));
            return gates;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Gate>> AnswersAsync(
        TextWriter output, string program, string? before, string store, CancellationToken cancellationToken)
    {
        var gates = new List<Gate>();
        foreach (var command in new[] { "dashboard", "head" })
        {
            if (before is not null)
                await AskAsync(output, before, store, command, "before, ", cancellationToken);
            var best = await AskAsync(output, program, store, command, "", cancellationToken);
            gates.Add(Gate.Most($"dashboard of a {command}, first home of 100000 trials, s", best["home"], 1));
            gates.Add(Gate.Most($"dashboard of a {command}, home of 100000 trials, s", best["home again"], 0.05));
            gates.Add(Gate.Most($"dashboard of a {command}, a sweep of 100000 trials, s", best["sweep"], 0.1));
            gates.Add(Gate.Most($"dashboard of a {command}, table of 100000 trials, s", best["table"], 1));
        }

        return gates;
    }

    /// <returns>Seconds by what was asked, each the best of several starts, as others use the machine too.</returns>
    private static async Task<IReadOnlyDictionary<string, double>> AskAsync(
        TextWriter output, string program, string store, string command, string when, CancellationToken cancellationToken)
    {
        (string Name, string Path)[] asked =
        [
            ("home", "/api/home"), ("sweep", "/api/sweeps/1"), ("failures", "/api/sweeps/1/failures"),
            ("table", "/api/sweeps/1/table"), ("table of every row", "/api/sweeps/1/table?by=lr,k,latent"),
            ("trials", "/api/sweeps/1/trials?sort=-value"), ("more trials", "/api/sweeps/1/trials?sort=-value&offset=50000"),
            ("home again", "/api/home"), ("table again", "/api/sweeps/1/table"),
        ];
        var seconds = asked.ToDictionary(one => one.Name, _ => new Times(), StringComparer.Ordinal);
        var (starts, bytes) = (new Times(), new Dictionary<string, long>(StringComparer.Ordinal));
        for (var turn = 0; turn < Turns; turn++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var served = await ServedProcess.StartAsync(program, store, command, cancellationToken);
            using var browser = served.Browser();
            foreach (var (name, path) in asked)
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await browser.GetAsync(path, cancellationToken);
                // One that was measured before may not know it.
                if (when.Length == 0)
                    answer.EnsureSuccessStatusCode();
                bytes[name] = (await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Length;
                seconds[name].Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                if (name == "home" && bytes.Count == 1)
                    starts.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            bytes.Clear();
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{when}{command}, from its start to the first home: best {starts.Best:0.000} s, median {starts.Median:0.000} s"));
        foreach (var (name, times) in seconds)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{when}{command}, {name}: best {times.Best:0.000} s, median {times.Median:0.000} s"));
        }

        return seconds.ToDictionary(one => one.Key, one => one.Value.Best, StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyList<Gate>> FollowedAsync(
        TextWriter output, string program, string store, string when, CancellationToken cancellationToken)
    {
        await using var served = await ServedProcess.StartAsync(program, store, "head", cancellationToken);
        var owner = StoreOwner.Read(store)!;
        await using var remote = RemoteStore.Connect(owner.Address!, owner.Token, null, TimeProvider.System);
        await remote.MigrateAsync(cancellationToken);
        // What is made once is made before.
        await ChangeAsync(served, remote, _warmUp, cancellationToken);
        var alone = await ChangeAsync(served, remote, _follows, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readers = Enumerable.Range(0, Browsers).Select(_ => new FollowingPage(served)).ToList();
        var following = readers.ConvertAll(reader => reader.FollowAsync(end.Token));
        await ChangeAsync(served, remote, _warmUp, cancellationToken);
        var followed = await ChangeAsync(served, remote, _follows, cancellationToken);
        await end.CancelAsync();
        await Task.WhenAll(following);
        readers.ForEach(reader => reader.Dispose());
        var delay = readers[0].Delays;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{when}{Browsers} pages heard {readers.Average(one => one.Events) / (_follows + _warmUp).TotalSeconds:0.0} events a "
                + $"second each and asked {readers.Sum(one => one.Asked)} times; {ChangesASecond} changes a second take "
                + $"{alone.Cores:0.000} of a core, followed {followed.Cores:0.000}; a change is committed after "
                + $"{alone.Commits.Median * 1000:0.0} ms, followed {followed.Commits.Median * 1000:0.0} ms; it is at a page "
                + $"after {delay.Median * 1000:0} ms"));
        return
        [
            Gate.Most("dashboard, what ten browsers cost a head, cores", followed.Cores - alone.Cores, 0.03),
            Gate.Most(
                "dashboard, what ten browsers add to a commit, ms", (followed.Commits.Median - alone.Commits.Median) * 1000, 2),
            Gate.Most("dashboard, until a change is at a page, s", delay.Median, 0.5),
        ];
    }

    /// <summary>Changes a sweep again and again.</summary>
    /// <returns>Cores that the process takes meanwhile, and how long its commits take.</returns>
    private static async Task<(double Cores, Times Commits)> ChangeAsync(
        ServedProcess served, RemoteStore store, TimeSpan time, CancellationToken cancellationToken)
    {
        var commits = new Times();
        var (began, before, count) = (Stopwatch.GetTimestamp(), served.ProcessorTime, 0);
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            var sent = Stopwatch.GetTimestamp();
            await store.NoteAsync("bench", null, FollowingPage.NoteOf(sent), cancellationToken);
            commits.Add(Stopwatch.GetElapsedTime(sent).TotalSeconds);
            var rest = TimeSpan.FromSeconds((double)++count / ChangesASecond) - Stopwatch.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, cancellationToken);
        }

        return ((served.ProcessorTime - before) / Stopwatch.GetElapsedTime(began), commits);
    }

    private static async Task<Gate> CurvesAsync(
        TextWriter output, string program, string path, CancellationToken cancellationToken)
    {
        await using (var store = StoreFactory.Open(path, TimeProvider.System))
            await FiguresBenchmark.FillAsync(store, cancellationToken);
        await using var served = await ServedProcess.StartAsync(program, path, "dashboard", cancellationToken);
        using var browser = served.Browser(compresses: false);
        var most = 0L;
        foreach (var query in new[] { "", "?by=model.latent&points=300", "?by=model.latent,objective.k,seed&points=300" })
        {
            var began = Stopwatch.GetTimestamp();
            var bytes = (await browser.GetByteArrayAsync($"/api/sweeps/1/figures/curves{query}", cancellationToken)).Length;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"curves of 1,000 trials of 300 epochs{query}: {bytes / 1000.0:0} kB before gzip, "
                    + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s"));
            most = Math.Max(most, bytes);
        }

        return Gate.Most("dashboard, curves of 1000 trials of 300 epochs, MB", most / 1e6, 1);
    }

    private static async Task<IReadOnlyList<Gate>> PageAsync(
        TextWriter output, string program, string store, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(
            Path.Combine(Peers.Root, "artifacts", "dashboard-page"), "*", SearchOption.AllDirectories).ToList();
        // What is compressed is sent so.
        var sent = files.Where(file => !files.Contains(file + ".br")).Sum(file => new FileInfo(file).Length);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"page: {sent / 1000.0:0} kB in all, as sent"));
        await using (var filled = StoreFactory.Open(store, TimeProvider.System))
            await FiguresBenchmark.FillAsync(filled, cancellationToken);
        await using var served = await ServedProcess.StartAsync(program, store, "head", cancellationToken);
        var heap = await PageHeap.MeasureAsync(output, served.Link, cancellationToken);
        return
        [
            Gate.Most("dashboard, page as sent, kB", sent / 1000.0, 700),
            Gate.Most("dashboard, page's memory after an hour over that after a quarter", heap, 1.1),
        ];
    }
}
