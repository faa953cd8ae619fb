using System.Globalization;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Benchmarks;

/// <summary>What does a beat cost on the wire and at the head: a node of eight devices, each of which holds a trial and wants
/// none?</summary>
/// <remarks>1,000 nodes beat in turn at a head's state, which answers all of them once a round; reading the bytes is part of it,
/// Akka's remoting is not.</remarks>
internal static class BeatCost
{
    private const int Nodes = 1000;
    private const int Devices = 8;
    private const int Rounds = 50;
    private const int WarmUp = 10;
    private const string Node = "gpu-node-042#31337";
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task TellAsync(TextWriter output)
    {
        var ledger = new Ledger();
        ledger.Start(new string('0', 32), 1, moved: false, _now);
        ledger.Settle();
        var state = new HeadState(ledger, new HeadOptions(), new Moment(TimeSpan.Zero, _now));
        string[] devices = [.. Enumerable.Range(0, Devices).Select(i => $"cuda:{i}")];
        for (var i = 0; i < Nodes; i++)
        {
            var info = new NodeInfo($"{Node}-{i}", "gpu-node-042", devices, "1.0.0", null);
            state.Hear(
                new Hello(SessionOf(i), MessageCodec.Version, History.None, "", null, 1, info), new Moment(TimeSpan.Zero, _now));
        }

        var (took, bytes) = (TimeSpan.Zero, 0L);
        for (var round = 1; round <= WarmUp + Rounds; round++)
        {
            var told = Enumerable.Range(0, Nodes).Select(i => BeatOf(i, round, state.History, devices));
            byte[][] beats = [.. told.Select(MessageCodec.Write)];
            var now = new Moment(TimeSpan.FromSeconds(round), _now.AddSeconds(round));
            var before = Environment.CpuUsage.TotalTime;
            foreach (var beat in beats)
                state.Hear(MessageCodec.Read("beat", beat), now);
            state.Take(now);
            ledger.Settle();
            if (round > WarmUp)
                (took, bytes) = (took + Environment.CpuUsage.TotalTime - before, bytes + beats.Sum(beat => (long)beat.Length));
        }

        const double Count = (double)Rounds * Nodes;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"a beat of a node with {Devices} devices: {bytes / Count:0} bytes, {took.TotalMicroseconds / Count:0.0} us ")
            + "of processor at the head");
    }

    private static Session SessionOf(int node) => new($"{Node}-{node}", 1, 1);

    private static Beat BeatOf(int node, int number, History history, string[] devices) => new(
        SessionOf(node), history, number,
        [.. devices.Select((_, i) => new AttemptFence((node * Devices) + i + 1, (1L << 40) + i, 1))],
        [.. devices.Select(device => new DeviceStatus(device, 1, number, 0) { Stack = "numerics 1, libtorch 2.10.0, CUDA" })],
        "cpu 97 %, memory 41 %", null);
}
