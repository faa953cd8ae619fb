using System.Diagnostics;
using System.Globalization;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Benchmarks;

/// <summary>How near to the best do searches come, how many epochs do schedulers spend, and how long does a proposal
/// take?</summary>
/// <remarks>In virtual time: what is under way ends in the order in which it began. `optuna` runs
/// optuna/optuna_search.py beside it, with Debian's python3-optuna; `tabulated` searches real trainings instead.</remarks>
internal static class SearchBenchmark
{
    private const int Evaluations = 100;
    private const int FirstSeed = 1000;
    private const int Startup = 4;

    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        if (options.Contains("tabulated"))
            return await TabulatedBenchmark.RunAsync(output, options, cancellationToken);
        var seeds = Options.Rounds(options, 40);
        var found = new Dictionary<(string Problem, int Devices), double>();
        await output.WriteLineAsync($"median simple regret after 25, 50 and {Evaluations} evaluations, {seeds} seeds");
        await output.WriteLineAsync("problem      under way  method      25      50     100   [quartiles]");
        foreach (var problem in new[]
        {
            SearchProblem.Branin, SearchProblem.Hartmann6, SearchProblem.Branch, SearchProblem.Layers, SearchProblem.Kinds,
        })
        {
            foreach (var devices in problem == SearchProblem.Hartmann6 ? [1, 8, 16, 64] : new[] { 1, 8 })
            {
                foreach (var sampler in SamplerList.All)
                {
                    var curves = await Task.Run(
                        () => Enumerable.Range(FirstSeed, seeds)
                            .Select(seed => Search(problem, sampler.Make(seed, Startup), devices, cancellationToken)).ToList(),
                        cancellationToken);
                    var last = curves.ConvertAll(curve => curve[^1]);
                    await output.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{problem.Name,-12} {devices,9}  {sampler.Name,-7} "
                            + $"{Quantile(curves.Select(one => one[24]), 0.5),7:0.000} "
                            + $"{Quantile(curves.Select(one => one[49]), 0.5),7:0.000} {Quantile(last, 0.5),7:0.000}   "
                            + $"[{Quantile(last, 0.25):0.000}, {Quantile(last, 0.75):0.000}]"));
                    if (sampler.Learns)
                        found[(problem.Name, devices)] = Quantile(last, 0.5);
                }
            }
        }

        if (options.Contains("optuna"))
            await OptunaAsync(output, seeds, cancellationToken);
        var milliseconds = Suggestion();
        return
        [
            Gate.Most("search, median regret of Branin after 100", found[("branin", 1)], 0.03),
            Gate.Most("search, median regret of Hartmann 6 after 100", found[("hartmann6", 1)], 0.1),
            Gate.Most("search, median regret of Hartmann 6 after 100, 16 under way", found[("hartmann6", 16)], 0.45),
            Gate.Most("search, ms for a proposal after 10,000 points", milliseconds, 20),
        ];
    }

    /// <summary>The best so far after each evaluation.</summary>
    private static double[] Search(SearchProblem problem, ISampler sampler, int devices, CancellationToken cancellationToken)
    {
        var (seen, running) = (new List<Observation>(), new Queue<Observation>());
        var best = new List<double>(Evaluations);
        for (long number = 0; best.Count < Evaluations;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (number < Evaluations && running.Count < devices)
            {
                running.Enqueue(new(number, sampler.Next(problem.Space, [.. seen, .. running], number, 0), double.NaN));
                number++;
                continue;
            }

            var ended = running.Dequeue();
            seen.Add(ended with { Value = problem.Regret(ended.Point) });
            best.Add(Math.Min(best.Count == 0 ? double.PositiveInfinity : best[^1], seen[^1].Value));
        }

        return [.. best];
    }

    private static double Suggestion()
    {
        const int Points = 10_000;
        const int Proposals = 20;
        var space = new BoxSpace(
            [new(1e-4, 1, Log: true), new(2, 200, Log: true, Whole: true), new(1, 50, Whole: true), Dimension.Of(4),
                new(0, 1), new(0, 2)]);
        var random = new RandomSampler(1);
        var history = new List<Observation>(Points + Proposals);
        for (var i = 0; i < Points; i++)
        {
            var point = random.Next(space, [], i, 0);
            history.Add(new(i, point, point[4] + Math.Abs(Math.Log(point[0]))));
        }

        var sampler = new TpeSampler(1, Startup);
        var times = new List<double>(Proposals);
        for (var i = 0; i < Proposals; i++)
        {
            var since = Stopwatch.GetTimestamp();
            sampler.Next(space, history, Points + i, 0);
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        return Quantile(times, 0.5);
    }

    private static async Task OptunaAsync(TextWriter output, int seeds, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "optuna", "optuna_search.py");
        using var peer = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", [script, seeds.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        while (await peer.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            await output.WriteLineAsync(line);
        await peer.WaitForExitAsync(cancellationToken);
    }

    internal static double Quantile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        var at = part * (sorted.Length - 1);
        var (low, rest) = ((int)at, at - (int)at);
        return rest == 0 ? sorted[low] : (sorted[low] * (1 - rest)) + (sorted[low + 1] * rest);
    }
}
