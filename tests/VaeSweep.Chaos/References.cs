using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(VaeSweep.Chaos.References))]
// Each test has processes on every core, and times them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VaeSweep.Chaos;

/// <summary>What undisturbed runs give. Each is run once.</summary>
public sealed class References
{
    private readonly ConcurrentDictionary<(string Sweep, string Kind), Task<(Outcome Outcome, int Writes)>> _known = new();

    internal async Task<Outcome> OfAsync(string sweep, CancellationToken cancellationToken, string kind = "sqlite") =>
        (await MeasureAsync(sweep, kind, cancellationToken)).Outcome;

    /// <summary>The outcome, and how many writes an undisturbed run makes: moments are chosen among them.</summary>
    /// <param name="kind">Of the store. No outcome may depend on it.</param>
    internal Task<(Outcome Outcome, int Writes)> MeasureAsync(string sweep, string kind, CancellationToken cancellationToken) =>
        _known.GetOrAdd((sweep, kind), one => RunAsync(one.Sweep, one.Kind, cancellationToken));

    private static async Task<(Outcome Outcome, int Writes)> RunAsync(string sweep, string kind, CancellationToken cancellationToken)
    {
        using var desk = new Desk(sweep, kind: kind);
        using var writes = new Writes(desk.Folder);
        var table = await desk.DoAsync(desk.Run, cancellationToken);
        var count = writes.Count;

        await Order.AssertFinishedAsync(desk, cancellationToken);
        return (await Outcome.ReadAsync(desk, table, cancellationToken), count);
    }
}
