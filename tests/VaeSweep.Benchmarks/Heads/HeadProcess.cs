using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Actors;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>A head of <see cref="HeadBenchmark"/>, with the nodes that work for it.</summary>
internal static class HeadProcess
{
    public const string Tls = "tls";

    private const int Devices = 32;
    private const int WarmUp = 10_000;
    private const int Dispatched = 100_000;

    /// <summary>Trials that its store has in the end.</summary>
    public const int Finished = WarmUp + Dispatched;

    private const int Reporting = 1_000;
    private const int Epochs = 2_000;
    private const int Left = 100;
    private const int Million = 1_000_000;
    private const int RungDevices = 1_000;
    private const int RungPoints = 30_000;
    private const string Rest = "rest";
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(10);

    public static async Task<int> RunAsync(string part, string path)
    {
        var began = Stopwatch.GetTimestamp();
        await using var head = await Head.StartAsync(new HeadSettings { StorePath = path, HasKey = part == Tls });
        var started = Stopwatch.GetElapsedTime(began);
        switch (part)
        {
            case "start":
                Say("started", started.TotalSeconds);
                await Console.Out.WriteLineAsync(
                    Text($"an empty head: {Environment.CpuUsage.TotalTime.TotalSeconds:0.000} s of processor until it answers"));
                break;
            case "restart":
                await head.Store.SetSweepStateAsync(Rest, SweepState.Active, default);
                await GrantAsync(head);
                Say("granted", Stopwatch.GetElapsedTime(began).TotalSeconds);
                await Console.Out.WriteLineAsync(Text(
                    $"restart: the coordinator answers after {started.TotalSeconds:0.000} s; the process is ")
                    + Text($"{Age().TotalSeconds:0.000} s old at its first grant, and has taken ")
                    + Text($"{Environment.CpuUsage.TotalTime.TotalSeconds:0.000} s of processor, ")
                    + Text($"{JitInfo.GetCompilationTime().TotalSeconds:0.000} of it to compile what was not compiled ahead"));
                break;
            case "dispatch":
                await WorkAsync(head, nodes: 2, "trial", Dispatched, epochs: 1, per: 1);
                await SubmitAsync(head, Rest, Left, epochs: 1);
                break;
            case "rungs":
                await RungsAsync(head);
                break;
            case "nodes":
                await ManyNodes.RunAsync(head, path);
                break;
            case "million":
                await SubmitAsync(head, "million", Million, epochs: 1);
                Say("memory", Environment.WorkingSet / 1e6);
                break;
            default:
                await WorkAsync(head, nodes: 1, "report", Reporting, Epochs, Epochs);
                break;
        }

        return 0;
    }

    /// <summary>1,000 devices report rungs to a scheduler, and are given what it sends on.</summary>
    private static async Task RungsAsync(Head head)
    {
        const int Processes = 2;
        var definition = SweepFile.Parse(Text($$"""
            name: rungs
            dataset: { name: mnist, valid: 100 }
            train: { epochs: 9 }
            method: random
            trials: {{RungPoints}}
            parameters: { model.latent: { uniform: [2, 200] }, train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] } }
            scheduler: { asha: { min_epochs: 1, reduction: 3 } }
            """));
        var nodes = Enumerable.Range(0, Processes).Select(
            i => new NodeRun(head, Text($"node{i}"), 1, 0, RungDevices / Processes, pace: 0)).ToList();
        await WorkOffAsync(head, "warm-up", WarmUp, 1);
        var plain = RungPoints / (await WorkOffAsync(head, "plain", RungPoints, 1)).TotalSeconds;
        foreach (var node in nodes)
            await node.BeginAsync();
        var work = new SweepSubmission(definition.Name, definition.Text) { Budget = definition.Scheduler!.FirstBudget };
        await head.Store.SubmitAsync(work, [], default);
        await head.Store.SetSweepStateAsync(definition.Name, SweepState.Paused, default);
        await head.Store.SubmitAsync(work, definition.Expand(), default);
        var cpu = Environment.CpuUsage.TotalTime;
        var began = TimeProvider.System.GetUtcNow();
        var whole = await ActAsync(head, definition.Name);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var (times, nodesCpu) = (new List<double>(), 0.0);
        foreach (var node in nodes)
            nodesCpu += await node.EndAsync(times);
        var asked = await head.Store.QueryAsync(
            "SELECT count(*), max(started_at) FROM attempts WHERE sweep = 'rungs'", null, TimeSpan.FromMinutes(1), default);
        var granted = (long)asked.Rows[0][0]!;
        // What waits in the end is ended together: nothing is granted then.
        var took = DateTimeOffset.Parse((string)asked.Rows[0][1]!, CultureInfo.InvariantCulture) - began;
        Say("rate", granted / took.TotalSeconds);
        await Console.Out.WriteLineAsync(
            Text($"{RungDevices} devices, {RungPoints} trials with rungs at 1, 3 and 9 epochs: {granted} grants in ")
            + Text($"{took.TotalSeconds:0.0} s, {granted / took.TotalSeconds:N0} a second (without a scheduler {plain:N0}); ")
            + Text($"all was ended after {whole.TotalSeconds:0.0} s; {cpu / whole:0.0} processors at the head, ")
            + Text($"{nodesCpu / whole.TotalSeconds:0.0} at the nodes; ")
            + Text($"99 of 100 batches confirmed within {NodeRun.Percentile99(times):0.0} ms"));
    }

    /// <summary>Has trials worked off by processes, after a warm-up in which code is compiled.</summary>
    /// <param name="per">How many of what is counted are in a trial.</param>
    private static async Task WorkAsync(Head head, int nodes, string what, int trials, int epochs, int per)
    {
        var others = Enumerable.Range(0, nodes).Select(i => new NodeRun(head, Text($"node{i}"), 1, 0, Devices, pace: 0)).ToList();
        await WorkOffAsync(head, "warm-up", WarmUp, 1);
        foreach (var node in others)
            await node.BeginAsync();
        var (cpu, took) = (Environment.CpuUsage.TotalTime, await WorkOffAsync(head, "work", trials, epochs));
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var (times, nodesCpu) = (new List<double>(), 0.0);
        foreach (var node in others)
            nodesCpu += await node.EndAsync(times);
        var p99 = NodeRun.Percentile99(times);

        var count = (double)trials * per;
        using var self = Process.GetCurrentProcess();
        Say("rate", count / took.TotalSeconds);
        Say("cpu", cpu.TotalMicroseconds / count);
        Say("p99", p99);
        Say("memory", self.WorkingSet64 / 1e6);
        await Console.Out.WriteLineAsync(
            Text($"{count:N0} {what}s in {took.TotalSeconds:0.0} s: {count / took.TotalSeconds:N0} a second; ")
            + Text($"{cpu.TotalMicroseconds / count:0.0} us of processor each at the head, {nodesCpu * 1e6 / count:0.0} at the ")
            + Text($"nodes; 99 of 100 batches confirmed within {p99:0.0} ms; {self.WorkingSet64 / 1e6:0} MB, at most ")
            + Text($"{self.PeakWorkingSet64 / 1e6:0}, of which {GC.GetTotalMemory(false) / 1e6:0} of objects"));
    }

    /// <returns>From the commit of the trials to the end of the last one.</returns>
    private static async Task<TimeSpan> WorkOffAsync(Head head, string sweep, int trials, int epochs)
    {
        await SubmitAsync(head, sweep, trials, epochs);
        return await ActAsync(head, sweep);
    }

    private static async Task<TimeSpan> ActAsync(Head head, string sweep)
    {
        await head.Store.SetSweepStateAsync(sweep, SweepState.Active, default);
        var began = Stopwatch.GetTimestamp();
        while (await head.Store.GetSweepAsync(sweep, default) is { Open: > 0 })
            await await Task.WhenAny(Task.Delay(_lookEvery), head.Completion);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>What a submit takes is measured elsewhere: nothing is granted before the sweep is made active.</summary>
    internal static async Task SubmitAsync(Head head, string sweep, int trials, int epochs)
    {
        var work = new SweepSubmission(sweep, "");
        await head.Store.SubmitAsync(work, [], default);
        await head.Store.SetSweepStateAsync(sweep, SweepState.Paused, default);
        await head.Store.SubmitAsync(work, Expand(sweep, trials, epochs), default);
    }

    private static async Task GrantAsync(Head head)
    {
        using var local = Systems.Local();
        var granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        head.Serve(local.ActorOf(ScriptedGateway.Props("restarted", head.Token, devices: 1, granted: granted.SetResult)));
        await granted.Task;
        await local.Terminate();
    }

    private static TimeSpan Age()
    {
        using var self = Process.GetCurrentProcess();
        return TimeProvider.System.GetLocalNow().LocalDateTime - self.StartTime;
    }

    internal static void Say(string name, double value) => Console.Out.WriteLine(Text($"found {name} {value:R}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<Trial> Expand(string sweep, int count, int epochs) => Enumerable.Range(0, count).Select(i =>
    {
        var config = Text($"{{\"dataset.name\":\"mnist\",\"model.latent\":{i / 5},\"sweep\":\"{sweep}\",\"seed\":{i % 5}}}");
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config)));
        return new Trial(i, fingerprint, config, i % 5, "pack", epochs);
    });
}
