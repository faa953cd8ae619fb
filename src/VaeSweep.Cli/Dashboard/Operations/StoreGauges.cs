using System.Diagnostics.Metrics;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>How trials, devices and nodes stand, as gauges: what a store said when it was looked at last.</summary>
internal sealed class StoreGauges : IDisposable
{
    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private volatile Seen _seen = new([], [], new Dictionary<string, int>());

    /// <param name="meter">Its name: of those that one listener hears, one alone.</param>
    public StoreGauges(string meter, TimeProvider time)
    {
        (_meter, _time) = (new Meter(meter), time);
        _meter.CreateObservableGauge("vaesweep.trials", Trials, "{trial}", "Trials of each sweep in each state.");
        _meter.CreateObservableGauge("vaesweep.sweep.epochs", Epochs, "{epoch}", "Epochs of each sweep that are stored.");
        _meter.CreateObservableGauge(
            "vaesweep.devices", Devices, "{device}", "Devices that train, are idle, or are not in contact.");
        _meter.CreateObservableGauge(
            "vaesweep.node.silence", Silence, "s", "Since each node was heard; its trials are given to others after a lease.");
    }

    private sealed record Seen(
        IReadOnlyList<SweepStatus> Sweeps, IReadOnlyList<NodeStatus> Nodes, IReadOnlyDictionary<string, int> Devices);

    /// <summary>Looks again.</summary>
    public async Task LookAsync(IStore store, CancellationToken cancellationToken)
    {
        var nodes = await store.ListNodesAsync(cancellationToken);
        var busy = await store.Results.TrialsAsync(
            new TrialFilter { State = TrialState.Running }, TrialParts.Worker, cancellationToken)
            .Select(trial => trial.Worker ?? "").ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        var devices = nodes.SelectMany(node => node.Info.Devices.Select(device =>
                !node.Alive ? "lost" : busy.Contains($"{node.Info.Node}/{device}") ? "training" : "idle"))
            .CountBy(state => state).ToDictionary(StringComparer.Ordinal);
        _seen = new Seen(await store.ListSweepsAsync(cancellationToken), nodes, devices);
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Trials() =>
        from sweep in _seen.Sweeps
        from state in Enum.GetValues<TrialState>()
        select new Measurement<long>(sweep.Count(state), Tag("sweep", sweep.Name), Tag("state", Wording.Name(state)));

    private IEnumerable<Measurement<long>> Epochs() =>
        _seen.Sweeps.Select(sweep => new Measurement<long>(sweep.EpochsDone, Tag("sweep", sweep.Name)));

    private IEnumerable<Measurement<int>> Devices() => new[] { "training", "idle", "lost" }.Select(state =>
        new Measurement<int>(_seen.Devices.GetValueOrDefault(state), Tag("state", state)));

    private IEnumerable<Measurement<double>> Silence() => _seen.Nodes.Where(node => node.Alive).Select(node =>
        new Measurement<double>(
            Math.Round((_time.GetUtcNow() - node.SeenAt).TotalSeconds, 3), Tag("node", node.Info.Node)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
