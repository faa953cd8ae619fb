using System.Diagnostics;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>A real cluster of processes on a real PostgreSQL, disturbed on a schedule that a seed decides, and then held against an undisturbed run.</summary>
internal sealed class ChaosRun(CliHost host, int seed, int nodes, string folder)
{
    private const string Marker = "VAESWEEP_CHAOS_NODE";

    /// <summary>How long the cluster may take to finish once it is left alone: a lease that must run out, restarts that wait, and the trials themselves.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Succession = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly List<ChaosNode> _nodes = [];
    private readonly List<Task> _troubles = [];
    private readonly List<string> _sweeps = [];
    private readonly Dictionary<ChaosKind, int> _struck = [];

    private PrivateServer _server = null!;
    private IStore _store = null!;
    private int _round;

    /// <summary>How often each kind of accident struck.</summary>
    public IReadOnlyDictionary<ChaosKind, int> Struck => _struck;

    /// <summary>Of each sweep.</summary>
    public int Trials { get; private set; }

    /// <summary>Sweeps that it submitted, all of the same trials.</summary>
    public int Sweeps => _sweeps.Count;

    /// <returns>What is broken; empty when all holds.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var reference = await ReferenceAsync(cancellationToken);
        _server = await PrivateServer.StartAsync(Path.Combine(folder, "server"), new PrivateServerOptions(), cancellationToken);
        try
        {
            _store = StoreFactory.Open(_server.SecretUrl(), host.Time);
            await _store.MigrateAsync(cancellationToken);
            await SubmitAsync(cancellationToken);
            for (var i = 0; i < nodes; i++)
            {
                _nodes.Add(await ChaosNode.CreateAsync(i, folder, _server, Marker + Environment.ProcessId, cancellationToken));
                _nodes[i].Start();
            }

            await DisturbAsync(duration, cancellationToken);
            var late = await RecoverAsync(cancellationToken);
            return [.. late, .. await ChaosInvariants.CheckAsync(_store, _sweeps, reference, cancellationToken), .. Orphans()];
        }
        finally
        {
            foreach (var node in _nodes)
            {
                await node.DisposeAsync();
            }

            if (_store is not null)
            {
                await _store.DisposeAsync();
            }

            await _server.StopAsync("immediate", CancellationToken.None);
        }
    }

    /// <summary>What an undisturbed run computes, on a store of another kind.</summary>
    private async Task<IReadOnlyList<string>> ReferenceAsync(CancellationToken cancellationToken)
    {
        var (definition, path) = (Definition("reference"), Path.Combine(folder, "reference.db"));
        await using var store = StoreFactory.Open(path, host.Time);
        await store.MigrateAsync(cancellationToken);
        var submitted = await store.SubmitAsync(SubmitCommand.Submission(definition), definition.Expand(), cancellationToken);
        Trials = (int)submitted.Added;
        await using var node = await Node.StartAsync(
            new NodeOptions
            {
                Store = store, Launcher = host.Launcher(), Devices = DeviceSpec.Parse("auto"), ArtifactsFolder = Path.Combine(folder, "reference"), ExitWhenDone = true, Version = CliVersion.Text,
            },
            cancellationToken);
        await node.Completion.WaitAsync(cancellationToken);
        host.Say($"undisturbed: {Wording.Count(Trials, "trial")} trained");
        return await ChaosInvariants.NumbersAsync(store, definition.Name, cancellationToken);
    }

    /// <summary>For the time that is given, and until each kind has had its turn: a run of seconds proves something of all of them.</summary>
    private async Task DisturbAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var (turn, accident) in ChaosAccident.Schedule(seed, nodes).Index())
        {
            if (Stopwatch.GetElapsedTime(began) >= duration && turn >= Enum.GetValues<ChaosKind>().Length)
            {
                break;
            }

            await Task.Delay(accident.After, TimeProvider.System, cancellationToken);
            await StrikeAsync(accident, cancellationToken);
            await SubmitWhenDoneAsync(cancellationToken);
            foreach (var gone in _nodes.Where(n => !n.Runs))
            {
                gone.Start();
            }
        }
    }

    private async Task StrikeAsync(ChaosAccident accident, CancellationToken cancellationToken)
    {
        var node = _nodes[accident.Node];
        switch (accident.Kind)
        {
            case ChaosKind.KillTrainer:
                node.KillTrainers();
                break;
            case ChaosKind.KillNode:
                node.Kill();
                break;
            case ChaosKind.KillLeader:
                if (await LeaderAsync(cancellationToken) is not { } leading)
                {
                    return;
                }

                leading.Kill();
                break;
            case ChaosKind.HaltNode:
                node.Halt();
                Later(accident, node.Continue);
                break;
            case ChaosKind.RestartServer or ChaosKind.CrashServer:
                await _server.StopAsync(accident.Kind == ChaosKind.CrashServer ? "immediate" : "fast", cancellationToken);
                await Task.Delay(accident.Lasts / 2, TimeProvider.System, cancellationToken);
                await PrivateServer.StartAsync(_server.Folder, new PrivateServerOptions(), cancellationToken);
                break;
            case ChaosKind.CutConnections:
                node.Network.Cut();
                break;
            case ChaosKind.SlowNetwork:
                node.Network.Delay = TimeSpan.FromMilliseconds(150);
                Later(accident, node.Network.Flow);
                break;
            case ChaosKind.SilentNetwork:
                node.Network.Silence();
                Later(accident, node.Network.Flow);
                break;
            case ChaosKind.FullDisk when node.FillDisk():
                Later(accident, node.ClearDisk);
                break;
            case ChaosKind.ClockJump:
                node.JumpClock((accident.Lasts.TotalSeconds - 3) * 1000);
                Later(accident, () => node.JumpClock(0));
                break;
            case ChaosKind.DrainNode:
                Later(accident, () => node.LeaveAsync(cancellationToken));
                break;
            default:
                return;
        }

        _struck[accident.Kind] = _struck.GetValueOrDefault(accident.Kind) + 1;
        host.Say($"{accident}");
    }

    /// <summary>Who leads; waits for a leader as long as the last one's duty may be his though he is gone.</summary>
    /// <returns>Null where nobody came to lead.</returns>
    private async Task<ChaosNode?> LeaderAsync(CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Succession; await Task.Delay(Look, TimeProvider.System, cancellationToken))
        {
            var name = (await PatientlyAsync(() => _store.ListNodesAsync(cancellationToken), cancellationToken)).FirstOrDefault(n => n.Leads)?.Info.Node;
            if (name is not null && _nodes.Find(n => n.IsNamed(name)) is { } leader)
            {
                return leader;
            }
        }

        return null;
    }

    private void Later(ChaosAccident accident, Action undo) => _troubles.Add(Task.Delay(accident.Lasts, TimeProvider.System).ContinueWith(_ => undo(), TaskScheduler.Default));

    private void Later(ChaosAccident accident, Func<Task<int>> leave)
    {
        _ = accident;
        _troubles.Add(leave());
    }

    /// <summary>Keeps the cluster busy: a sweep that is done is followed by the same trials under another name.</summary>
    private async Task SubmitWhenDoneAsync(CancellationToken cancellationToken)
    {
        var sweep = await PatientlyAsync(() => _store.GetSweepAsync(_sweeps[^1], cancellationToken), cancellationToken)
            ?? throw new InvalidOperationException($"{_sweeps[^1]} was submitted, and the store has lost it");
        if (sweep.Open == 0)
        {
            await SubmitAsync(cancellationToken);
        }
    }

    private async Task SubmitAsync(CancellationToken cancellationToken)
    {
        var definition = Definition($"chaos-{++_round}");
        await PatientlyAsync(() => _store.SubmitAsync(SubmitCommand.Submission(definition), definition.Expand(), cancellationToken), cancellationToken);
        _sweeps.Add(definition.Name);
    }

    /// <summary>Ends every trouble and waits for the cluster to finish by itself; then it leaves.</summary>
    private async Task<IReadOnlyList<string>> RecoverAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_troubles);
        foreach (var node in _nodes)
        {
            node.Continue();
            node.Network.Flow();
            node.ClearDisk();
            if (!node.Runs)
            {
                node.Start();
            }
        }

        host.Say($"left alone after {_struck.Values.Sum()} accidents");
        var began = Stopwatch.GetTimestamp();
        while ((await _store.ListSweepsAsync(cancellationToken)).Any(s => s.Open > 0) || !await HaveAllJoinedAsync(cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(began) > Recovery)
            {
                return [$"the cluster did not finish within {Recovery.TotalMinutes} minutes after the last accident. Node 0 said last:\n{_nodes[0].LastLines(20)}"];
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }

        host.Say($"finished {Wording.Duration(Stopwatch.GetElapsedTime(began))} later: {Wording.Count(_sweeps.Count, "sweep")} of {Wording.Count(Trials, "trial")}");
        var broken = new List<string>();
        foreach (var node in _nodes)
        {
            if (await node.LeaveAsync(cancellationToken) is var code and not (0 or ExitCodes.Interrupted))
            {
                broken.Add($"node {node.Number} left with code {code}:\n{node.LastLines(20)}");
            }
        }

        return broken;
    }

    /// <summary>A node that was started a moment ago does not hear yet that it is to leave: the signal would be the end of it.</summary>
    private async Task<bool> HaveAllJoinedAsync(CancellationToken cancellationToken)
    {
        var joined = await _store.ListNodesAsync(cancellationToken);
        return _nodes.TrueForAll(node => !node.Runs || joined.Any(one => node.IsNamed(one.Info.Node)));
    }

    private static IEnumerable<string> Orphans() =>
        ProcessList.With(Marker + Environment.ProcessId).Select(pid => $"process {pid} is left over");

    private async Task<T> PatientlyAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (StoreException) when (tries < 40)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }
    }

    // What a resume can get wrong is in it: moments, running averages, noise, order, binarisation, warm-up.
    private static SweepDefinition Definition(string name) => SweepFile.Parse(
        $$"""
        name: {{name}}
        dataset: { name: sprites, train: 400, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [24] }
        train: { epochs: 12, batch_size: 50, checkpoint_epochs: 1 }
        evaluate: { metrics: [test_elbo, test_nll], importance_samples: 10 }
        chain:
          - parameters: { model.batch_norm: [false, true], model.latent: [5] }
          - parameters: { objective.bound: [iwae], objective.k: [3], model.latent: [5] }
          - parameters: { model.latent: [3], objective.warmup_epochs: [4] }
        seeds: 2
        """,
        $"{name}.yaml");
}
