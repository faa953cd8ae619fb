namespace VaeSweep.Benchmarks;

/// <summary>Is every speed that VaeSweep promises kept on this machine?</summary>
/// <remarks>Runs all benchmarks that have gates, one after the other, and tells all gates again at the end. Wants a quiet
/// machine: ratios are taken in turns, but the trainer's start and the two devices are timed by the wall. Options: rounds=N, for
/// those that have rounds.</remarks>
internal static class GatesBenchmark
{
    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        string[] rounds = [.. options.Where(o => o.StartsWith("rounds=", StringComparison.Ordinal))];
        (string Name, Func<Task<IReadOnlyList<Gate>>> Run)[] all =
        [
            ("step", () => StepBenchmark.RunAsync(output, rounds, cancellationToken)),
            ("families", () => FamiliesBenchmark.RunAsync(output, rounds, cancellationToken)),
            ("evaluation", () => EvaluationBenchmark.RunAsync(output, rounds, cancellationToken)),
            ("trainer", () => TrainerBenchmark.RunAsync(output, cancellationToken)),
            ("devices", () => DevicesBenchmark.RunAsync(output, cancellationToken)),
        ];
        var gates = new List<Gate>();
        foreach (var (name, run) in all)
        {
            await output.WriteLineAsync($"--- {name}");
            gates.AddRange(await run());
            await output.WriteLineAsync();
        }

        await output.WriteLineAsync($"--- {gates.Count(gate => gate.Kept)} of {gates.Count} gates kept");
        foreach (var missed in gates.Where(gate => !gate.Kept))
            await output.WriteLineAsync($"missed: {missed.Name}");

        return gates;
    }
}
