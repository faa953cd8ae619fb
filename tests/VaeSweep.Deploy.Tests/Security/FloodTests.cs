using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VaeSweep.Deploy.Tests.Security;

/// <summary>Whoever reaches a head's port and sends what is no message: 5,000 frames on every build, a million with
/// VAESWEEP_LONG=1.</summary>
public sealed class FloodTests
{
    private const int Senders = 8;
    private const int LongestFrame = 400;
    private const int Warm = 5_000;
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
        var before = MemoryOf(lab.HeadPid);

        var began = TimeProvider.System.GetTimestamp();
        await FloodAsync(head, frames, seed + 1);
        var took = TimeProvider.System.GetElapsedTime(began);

        var kept = MemoryOf(lab.HeadPid) - before;
        await lab.DoAsync(Token, "submit", lab.Write("sweep.yaml", Sweeps.Of("after", epochs: 1, dataset: "sprites")));
        await lab.DoAsync(Token, "worker", "--join", lab.Address, "--devices", "cpu:1", "--until-done");
        Assert.Equal(2, await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'succeeded'", Token));
        Assert.InRange(Lines(lab) - lines, 0, 3 + (int)took.TotalMinutes);
        Assert.True(kept < MostBytesKept, $"the head has kept {kept:N0} bytes of {frames:N0} frames");
        Long.Proved($"{frames:N0} malformed frames to a head {(lab.KeyFile is null ? "without" : "with")} keys in "
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
                await socket.SendAsync(Frame(new Random(HashCode.Combine(seed, frame)), frame % 4), cancellationToken);
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
}
