using VaeSweep.Benchmarks;

// One line a benchmark; `-- NAME [options]` runs it.
var benchmarks = new Dictionary<string, Func<string[], CancellationToken, Task<IReadOnlyList<Gate>>>>(StringComparer.Ordinal)
{
    ["commands"] = (options, cancel) => CommandsBenchmark.RunAsync(Console.Out, options, cancel),
    ["dashboard"] = (options, cancel) => DashboardBenchmark.RunAsync(Console.Out, options, cancel),
    ["devices"] = (_, cancel) => DevicesBenchmark.RunAsync(Console.Out, cancel),
    ["evaluation"] = (options, cancel) => EvaluationBenchmark.RunAsync(Console.Out, options, cancel),
    ["expand"] = (_, cancel) => Ungated(ExpansionBenchmark.RunAsync(Console.Out, cancel)),
    ["families"] = (options, cancel) => FamiliesBenchmark.RunAsync(Console.Out, options, cancel),
    ["figures"] = (_, cancel) => Ungated(FiguresBenchmark.RunAsync(Console.Out, cancel)),
    ["gates"] = (options, cancel) => GatesBenchmark.RunAsync(Console.Out, options, cancel),
    ["head"] = (options, cancel) => HeadBenchmark.RunAsync(Console.Out, options, cancel),
    ["ledger"] = (options, _) => Ungated(LedgerBenchmark.RunAsync(Console.Out, options)),
    ["litedb"] = (options, cancel) => LiteDbBenchmark.RunAsync(Console.Out, options, cancel),
    ["ray"] = (_, cancel) => RayBenchmark.RunAsync(Console.Out, cancel),
    ["search"] = (options, cancel) => SearchBenchmark.RunAsync(Console.Out, options, cancel),
    ["step"] = (options, cancel) => StepBenchmark.RunAsync(Console.Out, options, cancel),
    ["trainer"] = (_, cancel) => TrainerBenchmark.RunAsync(Console.Out, cancel),
};

if (args is [Sides.OwnCommand, var config, var images])
    return ModelServer.Run(config, images);

if (args is [RayBenchmark.OwnCommand])
    return await RayBenchmark.MeasureAsync(Console.Out, CancellationToken.None);
if (args is [HeadBenchmark.HeadCommand, var part, var path])
    return await HeadProcess.RunAsync(part, path);
if (args is [HeadBenchmark.NodeCommand, .. { Length: 8 } node])
    return await NodeProcess.RunAsync(node);

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    await Console.Error.WriteLineAsync(
        $"{(args.Length == 0 ? "No benchmark was named" : $"'{args[0]}' is no benchmark")}. There "
            + $"are: {string.Join(", ", benchmarks.Keys.Order(StringComparer.Ordinal))}.");
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};
var gates = await benchmark(args[1..], interrupted.Token);
foreach (var gate in gates)
    await Console.Out.WriteLineAsync(gate.ToString());

// A benchmark by itself tells; `gates` judges.
return args[0] == "gates" && gates.Any(gate => !gate.Kept) ? 1 : 0;

static async Task<IReadOnlyList<Gate>> Ungated(Task run)
{
    await run;
    return [];
}
