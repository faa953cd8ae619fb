using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(VaeSweep.Chaos.References))]
// Each test has processes on every core, and times them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VaeSweep.Chaos;

/// <summary>What undisturbed runs give. Each is run once.</summary>
public sealed class References
{
    private readonly ConcurrentDictionary<string, Task<(Outcome Outcome, int Writes)>> _known = new();

    internal async Task<Outcome> OfAsync(string sweep, CancellationToken cancellationToken) =>
        (await MeasureAsync(sweep, cancellationToken)).Outcome;

    /// <summary>The outcome, and how many writes an undisturbed run makes: moments are chosen among them.</summary>
    internal Task<(Outcome Outcome, int Writes)> MeasureAsync(string sweep, CancellationToken cancellationToken) =>
        _known.GetOrAdd(sweep, one => RunAsync(one, cancellationToken));

    private static async Task<(Outcome Outcome, int Writes)> RunAsync(string sweep, CancellationToken cancellationToken)
    {
        using var desk = new Desk(sweep);
        using var writes = new Writes(desk.Folder);
        var table = await desk.DoAsync(desk.Run, cancellationToken);
        var count = writes.Count;

        await Order.AssertFinishedAsync(desk, cancellationToken);
        return (await Outcome.ReadAsync(desk, table, cancellationToken), count);
    }
}
