using VaeSweep.Benchmarks;

// One line a benchmark; `-- NAME [options]` runs it.
var benchmarks = new Dictionary<string, Func<string[], CancellationToken, Task>>(StringComparer.Ordinal)
{
    ["devices"] = (_, cancel) => DevicesBenchmark.RunAsync(Console.Out, cancel),
    ["evaluation"] = (options, cancel) => EvaluationBenchmark.RunAsync(Console.Out, options, cancel),
    ["expand"] = (_, cancel) => ExpansionBenchmark.RunAsync(Console.Out, cancel),
    ["families"] = (options, cancel) => FamiliesBenchmark.RunAsync(Console.Out, options, cancel),
    ["figures"] = (_, cancel) => FiguresBenchmark.RunAsync(Console.Out, cancel),
    ["queue"] = (options, cancel) => QueueBenchmark.RunAsync(Console.Out, options, cancel),
    ["step"] = (options, cancel) => StepBenchmark.RunAsync(Console.Out, options, cancel),
    ["store"] = (_, cancel) => StoreBenchmark.RunAsync(Console.Out, cancel),
    ["table"] = (stores, cancel) => TableBenchmark.RunAsync(Console.Out, stores, cancel),
};

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    await Console.Error.WriteLineAsync(
        $"{(args.Length == 0 ? "No benchmark was named" : $"'{args[0]}' is no benchmark")}. There are: {string.Join(", ", benchmarks.Keys.Order(StringComparer.Ordinal))}.");
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};
await benchmark(args[1..], interrupted.Token);
return 0;
