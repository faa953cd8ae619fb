using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Security;
using VaeSweep.Cluster.Tests.Remote;
using VaeSweep.Store;

namespace VaeSweep.Deploy.Tests.Security;

/// <summary>Whoever reaches a head's port, or is let in, and sends what is no message: 5,000 of each on every build, a million
/// with VAESWEEP_LONG=1.</summary>
public sealed class FloodTests
{
    private const int Senders = 8;
    private const int LongestFrame = 400;
    private const int Warm = 5_000;

    // What is true comes through behind so many.
    private const int Round = 1_000;
    private const long MostBytesKept = 100_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Lab.Loopback)]
    [InlineData(Lab.WithKey)]
    public async Task Malformed_frames_are_refused_and_named_once_a_minute_and_the_head_serves_on_in_the_same_memory(string host)
    {
        await using var lab = await Lab.StartAsync(Token, host);
        var head = IPEndPoint.Parse(lab.Address);
        var (frames, seed) = (Long.Of(5_000, 1_000_000), Long.Seed(3));
        var lines = Lines(lab);
        // By then what refuses them is compiled, and the heap and the pools of buffers are as large as such a flood makes them.
        await FloodAsync(head, Warm, seed);
        var (before, began) = (MemoryOf(lab.HeadPid), TimeProvider.System.GetTimestamp());

        await FloodAsync(head, frames, seed + 1);

        await ServesOnAsync(lab, lines, before, began, $"{frames:N0} malformed frames (seed {seed})");
    }

    [Theory]
    [InlineData(Lab.Loopback)]
    [InlineData(Lab.WithKey)]
    public async Task Malformed_messages_of_a_process_that_is_let_in_are_dropped_and_the_head_serves_on_in_the_same_memory(
        string host)
    {
        await using var lab = await Lab.StartAsync(Token, host);
        var (messages, seed) = (Long.Of(5_000, 1_000_000), Long.Seed(3));
        var lines = Lines(lab);
        var setup = lab.KeyFile is { } key ? JoinFile.Read(key, TimeProvider.System).Setup(NullLogger.Instance) : null;
        await using var stranger = new Stranger(setup, typeof(MalformedSerializer));
        stranger.System.WithExtension<Chance, ChanceId>().Random = new Random(seed);
        await SendAsync(stranger, lab.Address, Warm);
        var (before, began) = (MemoryOf(lab.HeadPid), TimeProvider.System.GetTimestamp());

        await SendAsync(stranger, lab.Address, messages);

        await ServesOnAsync(lab, lines, before, began, $"{messages:N0} malformed messages (seed {seed})");
    }

    /// <param name="lines">Of its log, before.</param>
    /// <param name="before">Bytes that it had.</param>
    /// <param name="began">When the flood did.</param>
    private static async Task ServesOnAsync(Lab lab, int lines, long before, long began, string flood)
    {
        var (took, kept) = (TimeProvider.System.GetElapsedTime(began), MemoryOf(lab.HeadPid) - before);
        await lab.DoAsync(Token, "submit", lab.Write("sweep.yaml", Sweeps.Of("after", epochs: 1, dataset: "sprites")));
        await lab.DoAsync(Token, "worker", "--join", lab.Address, "--devices", "cpu:1", "--until-done");
        Assert.Equal(2, await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'succeeded'", Token));
        Assert.InRange(Lines(lab) - lines, 1, 3 + (int)took.TotalMinutes);
        Assert.True(kept < MostBytesKept, $"the head has kept {kept:N0} bytes of {flood}");
        Long.Proved($"{flood} to a head {(lab.KeyFile is null ? "without" : "with")} keys in "
            + $"{took.TotalSeconds:F0} s: refused, {Lines(lab) - lines} lines in its log, {kept / 1e6:F0} MB more memory, "
            + "and it served on");
    }

    private static int Lines(Lab lab) => lab.HeadLog.Count(letter => letter == '\n');

    private static long MemoryOf(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(one => one.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>One frame a connection, since none outlives the first.</summary>
    private static Task FloodAsync(IPEndPoint head, int frames, int seed)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = Token };
        return Parallel.ForAsync(0, frames, options, async (frame, cancellationToken) =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(head, cancellationToken);
            try
            {
                await socket.SendAsync(Frame(new Random(unchecked((seed * 1_000_003) + frame)), frame % 4), cancellationToken);
                // It hangs up: on what it waits for more of, only when this side does.
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(new byte[LongestFrame], cancellationToken) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // It has hung up before.
            }
        });
    }

    private static byte[] Frame(Random random, int kind)
    {
        var bytes = new byte[random.Next(5, LongestFrame)];
        random.NextBytes(bytes);
        switch (kind)
        {
            // Of Akka, with a length that is true.
            case 1:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - sizeof(int));
                break;
            // Far longer than any may be.
            case 2:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, int.MaxValue - random.Next(1000));
                break;
            // The beginning of TLS: a handshake of version 1.2.
            case 3:
                ((byte[])[22, 3, 3]).CopyTo(bytes, 0);
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(3), (ushort)(bytes.Length - 5));
                break;
        }

        return bytes;
    }

    private static async Task SendAsync(Stranger stranger, string head, int messages)
    {
        var at = Systems.AddressOf(head, tls: !head.StartsWith(Lab.Loopback + ":", StringComparison.Ordinal));
        var coordinator = stranger.System.ActorSelection(at + Names.CoordinatorPath);
        var door = stranger.System.ActorSelection(at + Names.DoorPath);
        for (var i = 1; i <= messages; i++)
        {
            coordinator.Tell(new Hello(
                new Session("node", 1, i), MessageCodec.Version, History.None, "", null, 1,
                new NodeInfo("node", "host", ["cpu:0"], "1", null)));
            if (i % Round > 0)
                continue;
            // So nothing waits in a buffer for ever.
            door.Tell(new Arrival("", false), stranger.Inbox.Receiver);
            Assert.IsType<Welcome>(await stranger.Inbox.ReceiveAsync(TimeSpan.FromSeconds(60)));
        }
    }

    /// <summary>What a sender's serializer, which Akka makes, draws from.</summary>
    private sealed class Chance : IExtension
    {
        public Random Random { get; set; } = new(0);
    }

    private sealed class ChanceId : ExtensionIdProvider<Chance>
    {
        public override Chance CreateExtension(ExtendedActorSystem system) => new();
    }

    /// <summary>Cuts messages short, says another version, or writes over what comes behind the session.</summary>
    private sealed class MalformedSerializer(ExtendedActorSystem system) : Akka.Serialization.SerializerWithStringManifest(system)
    {
        // Version, the text 'node' behind its length, and two numbers.
        private const int Session = 1 + 1 + 4 + 8 + 8;
        private readonly MessageSerializer _true = new(system);

        public override int Identifier => _true.Identifier;

        public override string Manifest(object o) => _true.Manifest(o);

        public override byte[] ToBinary(object obj)
        {
            var bytes = _true.ToBinary(obj);
            if (obj is DoorMessage)
                return bytes;
            var random = system.WithExtension<Chance, ChanceId>().Random;
            switch (random.Next(3))
            {
                case 0:
                    return bytes[..random.Next(bytes.Length)];
                case 1:
                    bytes[0] ^= 0x40;
                    random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
                    return bytes;
                default:
                    random.NextBytes(bytes.AsSpan(random.Next(Session, bytes.Length)));
                    return bytes;
            }
        }

        public override object FromBinary(byte[] bytes, string manifest) => _true.FromBinary(bytes, manifest);
    }
}
