using System.Diagnostics;
using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Benchmarks;

/// <summary>Does a search of real trainings come as near to the best as Optuna's does, with as many epochs?</summary>
/// <remarks>`search tabulated`. What Optuna's samplers and pruners find in the same table with the same epochs is kept in
/// optuna/tabulated.txt; `optuna` measures it anew with Debian's python3-optuna (an hour), in the same virtual time.</remarks>
internal static class TabulatedBenchmark
{
    private const int Seeds = 100;
    private const int FirstSeed = 1000;
    private const int MostPoints = 100_000;

    /// <summary>Of the range from random search's median to the best.</summary>
    private const double Margin = 0.05;

    private static readonly int[] _devices = [1, 8, 64];
    private static readonly string[] _parts = ["25 %", "50 %", "100 %"];

    private static readonly (string Name, string Setting)[] _schedulers =
    [
        ("none", "none"), ("asha", "{ asha: { min_epochs: 4, reduction: 3 } }"),
        ("hyperband", "{ hyperband: { min_epochs: 4, reduction: 3 } }"), ("median", "{ median: { min_epochs: 4, every: 1 } }"),
    ];

    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var seeds = Options.Rounds(options, Seeds);
        var table = new CurveTable(CurveTable.Usual);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{table.Configurations} configurations, the best at {table.Best:0.00} nats; median simple regret, {seeds} seeds"));
        var optuna = options.Contains("optuna") ? await OptunaAsync(seeds, cancellationToken) : Known(File.ReadLines(Kept));
        var ours = new Dictionary<(string Sampler, string Scheduler, int Devices), double[][]>();
        await output.WriteLineAsync("under way  scheduler  method                25 %    50 %   100 %   [quartiles]");
        // Words that name devices, schedulers or samplers choose among them.
        bool Wants(string word, IEnumerable<string> all) => options.Contains(word) || !options.Intersect(all).Any();
        var counts = _devices.Select(one => one.ToString(CultureInfo.InvariantCulture)).ToList();
        var schedulers = _schedulers.Where(one => Wants(one.Name, _schedulers.Select(other => other.Name))).ToList();
        var samplers = SamplerList.All.Where(one => Wants(one.Name, SamplerList.All.Select(other => other.Name))).ToList();
        foreach (var devices in _devices.Where((_, i) => Wants(counts[i], counts)))
        {
            // As many as thirty whole trainings have, or one on each device.
            var budget = Math.Max(30, devices) * table.Epochs;
            int[] spent = [budget / 4, budget / 2, budget];
            foreach (var (scheduler, setting) in schedulers)
            {
                foreach (var sampler in samplers)
                {
                    var found = await Task.Run(
                        () => Search(table, sampler.Name, setting, devices, seeds, spent, cancellationToken), cancellationToken);
                    ours.Add((sampler.Name, scheduler, devices), found);
                    await TellAsync(output, devices, scheduler, sampler.Name, found);
                }

                foreach (var (key, found) in optuna.Where(one => (one.Key.Scheduler, one.Key.Devices) == (scheduler, devices)))
                    await TellAsync(output, devices, scheduler, $"Optuna's {key.Sampler}", found);
            }
        }

        int[] quarter = [table.Configurations * table.Epochs / 4];
        var near = await Task.Run(
            () => Search(table, "tpe", _schedulers[1].Setting, 1, seeds, quarter, cancellationToken), cancellationToken);
        var deviations = near.Select(one => one[0] / table.BestDeviation).Order().ToList();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"\ntpe with asha, {quarter[0]} epochs, a quarter of the table's: median {deviations[seeds / 2]:0.00} deviations ")
            + string.Create(
            CultureInfo.InvariantCulture,
            $"({table.BestDeviation:0.00} nats) from the best, {deviations.Count(one => one <= 1)} of {seeds} seeds within one"));
        return [.. await JudgeAsync(output, ours, optuna), Gate.Most(
            "search tabulated, tpe with asha, a quarter of the table's epochs, deviations from the best",
            deviations[seeds / 2], 1)];
    }

    /// <summary>By seed, the regrets at each part of the budget.</summary>
    private static double[][] Search(
        CurveTable table, string method, string scheduler, int devices, int seeds, int[] spent,
        CancellationToken cancellationToken)
    {
        var text = File.ReadAllText(Path.Combine(Peers.Root, "sweeps", "tabulated.yaml"));
        var found = new double[seeds][];
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        Parallel.For(0, seeds, parallel, i =>
        {
            string[] overrides =
            [
                $"method={method}", $"scheduler={scheduler}", "seeds=1", "search.startup=8",
                string.Create(CultureInfo.InvariantCulture, $"trials={MostPoints}"),
                string.Create(CultureInfo.InvariantCulture, $"search_seed={FirstSeed + i}"),
            ];
            var definition = SweepFile.Parse(text, "tabulated.yaml", overrides);
            found[i] = new VirtualSearch(table, definition, devices).Regrets(spent, cancellationToken);
        });
        return found;
    }

    private static async Task<IReadOnlyList<Gate>> JudgeAsync(
        TextWriter output, Dictionary<(string Sampler, string Scheduler, int Devices), double[][]> ours,
        Dictionary<(string Sampler, string Scheduler, int Devices), double[][]> optuna)
    {
        var pairs = optuna.Keys.Where(key => key.Sampler.StartsWith("tpe", StringComparison.Ordinal)
                && ours.ContainsKey(("tpe", key.Scheduler, key.Devices)))
            .SelectMany(key => _parts.Select((_, part) => (Key: key, Part: part))).ToList();
        if (pairs.Count == 0)
            return [];
        var (inferior, worse, better) = (Tested(+1, -Margin), Tested(-1, Margin), Tested(+1, 0));
        await output.WriteLineAsync("\nagainst Optuna, p by Wilcoxon's test of pairs, after Holm: that ours is not worse by more "
            + "than 5 % of random search's median; that it is; that it is better");
        await output.WriteLineAsync("under way  scheduler  Optuna's       after  not worse   worse   better");
        foreach (var (i, (key, part)) in pairs.Index())
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{key.Devices,9}  {key.Scheduler,-10} {key.Sampler,-12} {_parts[part],7} {inferior[i],10:0.0000} ")
                + string.Create(CultureInfo.InvariantCulture, $"{worse[i],7:0.0000} {better[i],8:0.0000}"));
        }

        var level = 0.05;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"of {pairs.Count}: {inferior.Count(p => p < level)} not worse, {worse.Count(p => p < level)} worse, ")
            + string.Create(CultureInfo.InvariantCulture, $"{better.Count(p => p < level)} better"));
        return
        [
            .. pairs.Index().GroupBy(one => one.Item.Key.Devices).Select(group => Gate.Most(
                string.Create(CultureInfo.InvariantCulture,
                    $"search tabulated, not inferior to Optuna, {group.Key} under way, largest p"),
                group.Max(one => inferior[one.Index]), level)),
            Gate.Most("search tabulated, comparisons in which Optuna's is better", worse.Count(p => p < level), 0),
        ];

        // How likely so small differences are, each with a part of random search's median added, where there are none.
        double[] Tested(int sign, double margin) => Holm.Adjust(pairs.ConvertAll(pair =>
        {
            var (key, part) = pair;
            var random = ours.GetValueOrDefault(("random", key.Scheduler, key.Devices))
                ?? optuna[("random", key.Scheduler, key.Devices)];
            var shift = margin * SearchBenchmark.Quantile(random.Select(one => one[part]), 0.5);
            return SignedRanks.Below(ours[("tpe", key.Scheduler, key.Devices)].Zip(
                optuna[key], (our, their) => (sign * (our[part] - their[part])) + shift));
        }));
    }

    private static Task TellAsync(TextWriter output, int devices, string scheduler, string method, double[][] found)
    {
        var last = found.Select(one => one[^1]).ToList();
        return output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{devices,9}  {scheduler,-10} {method,-18} ")
            + string.Join(' ', _parts.Select((_, part) => string.Create(
                CultureInfo.InvariantCulture, $"{SearchBenchmark.Quantile(found.Select(one => one[part]), 0.5),7:0.00}")))
            + string.Create(
                CultureInfo.InvariantCulture,
                $"   [{SearchBenchmark.Quantile(last, 0.25):0.00}, {SearchBenchmark.Quantile(last, 0.75):0.00}]"));
    }

    private static string Kept => Path.Combine(Peers.Root, "tests", "VaeSweep.Benchmarks", "optuna", "tabulated.txt");

    /// <summary>A line is a sampler, a pruner, devices, and by seed its regrets, with colons between them.</summary>
    private static Dictionary<(string Sampler, string Scheduler, int Devices), double[][]> Known(IEnumerable<string> lines) =>
        lines.Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')).ToDictionary(
            words => (words[0], words[1], int.Parse(words[2], CultureInfo.InvariantCulture)),
            words => words[3..].Select(one => one.Split(':').Select(
                value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray()).ToArray());

    private static async Task<Dictionary<(string Sampler, string Scheduler, int Devices), double[][]>> OptunaAsync(
        int seeds, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "optuna", "optuna_tabulated.py");
        string[] words = [script, CurveTable.Usual, seeds.ToString(CultureInfo.InvariantCulture)];
        using var peer = Process.Start(new ProcessStartInfo("/usr/bin/python3", words)
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        var lines = new List<string>();
        while (await peer.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            lines.Add(line);
        await peer.WaitForExitAsync(cancellationToken);
        return Known(lines);
    }
}
