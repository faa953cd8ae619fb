using System.Globalization;
using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Benchmarks;

/// <summary>Nodes of <see cref="HeadBenchmark"/>: real gateways, of which those in one process share their connections. A line on
/// its input begins what it measures, and the end of its input ends it.</summary>
/// <param name="Name">Of the process: what its nodes' names begin with.</param>
/// <param name="Nodes">So many of them, of which <paramref name="Members"/> speak from a member of the cluster, the others from
/// an outpost.</param>
/// <param name="Pace">What an epoch takes, in milliseconds; 0 for as many as the head can carry.</param>
/// <param name="Key">The join file where the head talks TLS; else empty.</param>
internal sealed record NodeProcess(
    string Address, string Token, string Name, int Nodes, int Members, int Devices, int Pace, string Key)
{
    /// <summary>Said once each of the nodes was granted something.</summary>
    public const string Granted = "granted";

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <summary>The words that make a process of it.</summary>
    public IReadOnlyList<string> Words =>
        [HeadBenchmark.NodeCommand, Address, Token, Name, Text(Nodes), Text(Members), Text(Devices), Text(Pace), Key];

    /// <param name="words">Those of <see cref="Words"/> after the first.</param>
    public static Task<int> RunAsync(string[] words)
    {
        int Number(int place) => int.Parse(words[place], CultureInfo.InvariantCulture);
        return new NodeProcess(words[0], words[1], words[2], Number(3), Number(4), Number(5), Number(6), words[7]).RunAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<int> RunAsync()
    {
        Setup? setup = Key.Length == 0 ? null : JoinFile.Read(Key, TimeProvider.System).Setup(NullLogger.Instance, Address);
        var head = Systems.AddressOf(Address, tls: setup is not null);
        using var member = Members == 0 ? null : Systems.Member("127.0.0.1", 0, Names.WorkerRole, setup);
        using var outpost = Members == Nodes ? null : Systems.Remote("127.0.0.1", 0, setup);
        if (member is not null)
            Akka.Cluster.Cluster.Get(member).Join(head);
        var granted = Enumerable.Range(0, Nodes).Select(_ => new TaskCompletionSource()).ToList();
        var nodes = granted.Select((first, i) => Start(i < Members ? member! : outpost!, head, i, first)).ToList();
        _ = TellAsync(Task.WhenAll(granted.Select(first => first.Task)));
        await Console.In.ReadLineAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        nodes.ForEach(node => node.Tell(ScriptedGateway.Forget.Instance));
        await Console.In.ReadLineAsync();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var times = new List<double>();
        foreach (var node in nodes)
            times.AddRange(await node.Ask<List<double>>(ScriptedGateway.AskTimes.Instance, _patience));
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{cpu.TotalSeconds:R}"));
        foreach (var time in times)
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{time:0.00}"));
        return 0;
    }

    private static async Task TellAsync(Task granted)
    {
        await granted;
        await Console.Out.WriteLineAsync(Granted);
    }

    private IActorRef Start(ActorSystem system, Address head, int number, TaskCompletionSource granted)
    {
        var pace = TimeSpan.FromMilliseconds(Pace);
        var gateway = system.ActorOf(
            ScriptedGateway.Props($"{Name}-{number}", Token, Devices, pace, () => granted.TrySetResult()));
        gateway.Tell(system.ActorSelection($"{head}{Names.CoordinatorPath}"));
        return gateway;
    }
}
