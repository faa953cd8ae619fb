using System.Globalization;
using Akka.Actor;
using VaeSweep.Cluster.Actors;

namespace VaeSweep.Benchmarks;

/// <summary>A node of <see cref="HeadBenchmark"/>. A line on its input begins what it measures, and the end of its input ends
/// it.</summary>
internal static class NodeProcess
{
    public static async Task<int> RunAsync(string address, string token, string name, int devices)
    {
        using var system = Systems.Remote("127.0.0.1", 0, setup: null);
        var gateway = system.ActorOf(ScriptedGateway.Props(name, token, devices));
        gateway.Tell(system.ActorSelection($"akka.tcp://{Names.System}@{address}{Names.CoordinatorPath}"));
        await Console.In.ReadLineAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        gateway.Tell(ScriptedGateway.Forget.Instance);
        await Console.In.ReadLineAsync();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var times = await gateway.Ask<List<double>>(ScriptedGateway.Tell.Instance);
        times.Sort();
        var p99 = times.Count == 0 ? 0 : times[(int)(times.Count * 0.99)];
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{p99:R} {cpu.TotalSeconds:R}"));
        await system.Terminate();
        return 0;
    }
}
