using VaeSweep.Gpu.Benchmark;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};
await StepBenchmark.RunAsync(Console.Out, args, interrupted.Token);
return 0;
