using System.Globalization;
using VaeSweep.Cluster;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>200 nodes of one device in ten processes, in each of which 5 speak from a member of the cluster and 15 from an
/// outpost. Each reports an epoch twice a second. Meanwhile the head's store of 100,000 finished trials is asked for a table,
/// answers SQL, and is backed up, over and over.</summary>
internal static class ManyNodes
{
    private const int Processes = 10;
    private const int NodesEach = 20;
    private const int MembersEach = 5;
    private const int Pace = 500;
    private const int Trials = 20_000;
    private const int Epochs = 20;
    private const string Sweep = "nodes";
    private static readonly TimeSpan _settles = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _measured = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(Head head, string path)
    {
        await HeadProcess.SubmitAsync(head, Sweep, Trials, Epochs);
        await head.Store.SetSweepStateAsync(Sweep, SweepState.Active, default);
        var nodes = Enumerable.Range(0, Processes)
            .Select(i => new NodeRun(head, $"many{i}", NodesEach, MembersEach, devices: 1, Pace)).ToList();
        // All are there once each has a trial; code is compiled and plans are made in the seconds after that.
        using (var late = new CancellationTokenSource(_patience))
            await Task.WhenAll(nodes.Select(node => node.GrantedAsync(late.Token)));

        using var ends = new CancellationTokenSource();
        var asked = AskAsync(head, path, ends.Token);
        await Task.Delay(_settles, CancellationToken.None);
        foreach (var node in nodes)
            await node.BeginAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        await Task.Delay(_measured, CancellationToken.None);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var (times, nodesCpu) = (new List<double>(), 0.0);
        foreach (var node in nodes)
            nodesCpu += await node.EndAsync(times);
        await ends.CancelAsync();
        var rounds = await asked;
        HeadProcess.Say("p99", NodeRun.Percentile99(times));
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Processes * NodesEach} nodes, {times.Count:N0} batches in {_measured.TotalSeconds:0} s, {rounds} rounds of ")
            + string.Create(CultureInfo.InvariantCulture,
            $"table, query and back-up: half of the batches confirmed within {times[times.Count / 2]:0.0} ms, 99 of 100 within ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{NodeRun.Percentile99(times):0.0}; {cpu / _measured:0.00} processors at the head, ")
            + string.Create(CultureInfo.InvariantCulture, $"{nodesCpu / _measured.TotalSeconds:0.00} at the nodes"));
    }

    /// <returns>How often all three were done.</returns>
    private static async Task<int> AskAsync(Head head, string path, CancellationToken cancellationToken)
    {
        var request = new ComparisonRequest("trial", MetricCatalog.Get("test_nll"), ["model.latent"], []);
        for (var rounds = 0; ; rounds++)
        {
            try
            {
                await ComparisonBuilder.BuildAsync(head.Store.Results, request, cancellationToken);
                await head.Store.QueryAsync(
                    "SELECT state, count(*) FROM trials GROUP BY state", null, TimeSpan.FromMinutes(1), cancellationToken);
                await ((LedgerStore)head.Store).BackupAsync(path + ".backup", replaces: true, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return rounds;
            }
        }
    }
}
