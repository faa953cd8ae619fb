using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol;

public sealed class MessageCodecTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_message_comes_back_as_what_it_was() => Prop.ForAll((int seed) =>
    {
        var message = new SomeMessages(seed).Next();
        var bytes = MessageCodec.Write(message);

        var back = MessageCodec.Read(MessageCodec.ManifestOf(message), bytes);

        Assert.Equal(message.GetType(), back.GetType());
        Assert.Equivalent(message, back, strict: true);
        // To the bit, and in the order of the entries, which the comparison above does not see.
        Assert.Equal(bytes, MessageCodec.Write(back));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_entry_takes_more_bytes_than_it_says() => Prop.ForAll((int seed) =>
    {
        var made = new SomeMessages(seed);
        var batch = Enumerable.Repeat(0, 100).Select(_ => made.Next()).OfType<Batch>().FirstOrDefault();
        if (batch is null)
            return true;
        var alone = batch.Entries.Select(one =>
        {
            // Of another attempt, so that two reports do not share a blob.
            var other = one with { Attempt = one.Attempt with { Trial = one.Attempt.Trial ^ 1 } };
            return MessageCodec.Write(batch with { Entries = [one, other] }).Length
                - MessageCodec.Write(batch with { Entries = [one] }).Length;
        });
        return alone.Zip(batch.Entries).All(pair => pair.First <= pair.Second.MostBytes);
    }).QuickCheckThrowOnFailure();

    /// <summary>A share on every build; VAESWEEP_FRAMES=1000000 for the million.</summary>
    [Fact]
    public void Malformed_frames_are_refused_with_a_clear_error_and_little_memory()
    {
        const int Share = 30_000;
        // A report of six bytes makes an object of some hundred.
        const long BytesForAByte = 100;
        const long BytesForAnError = 40_000;
        // The first errors make what all others use.
        const int First = 100;
        var asked = Environment.GetEnvironmentVariable("VAESWEEP_FRAMES");
        var frames = int.TryParse(asked, CultureInfo.InvariantCulture, out var number) ? number : Share;
        var random = new Random(1);
        var made = new SomeMessages(2);
        var refused = 0;

        for (var i = 0; i < frames; i++)
        {
            var message = made.Next();
            var manifest = random.Next(10) == 0 ? SomeMessages.Manifests[random.Next(6)] : MessageCodec.ManifestOf(message);
            var bytes = Malformed(MessageCodec.Write(message), random);
            var before = GC.GetAllocatedBytesForCurrentThread();

            try
            {
                MessageCodec.Read(manifest, bytes);
            }
            catch (ProtocolException failure)
            {
                refused++;
                Assert.NotEmpty(failure.Message);
            }
            catch (Exception failure)
            {
                Assert.Fail($"frame {i}, {manifest} {Convert.ToHexString(bytes)}: {failure}");
            }

            var took = GC.GetAllocatedBytesForCurrentThread() - before;
            var allowed = (bytes.Length * BytesForAByte) + BytesForAnError;
            Assert.True(took <= allowed || i < First, $"frame {i} of {bytes.Length} bytes took {took}");
        }

        output.WriteLine($"{refused} of {frames} frames were refused");
        Assert.InRange(refused, frames / 3, frames);
    }

    [Fact]
    public void A_frame_that_is_cut_anywhere_is_refused()
    {
        var made = new SomeMessages(3);
        for (var i = 0; i < 60; i++)
        {
            var message = made.Next();
            var bytes = MessageCodec.Write(message);
            // A batch ends where its entries end: cut between two it is a shorter one.
            for (var length = 0; length < bytes.Length && message is not Batch; length++)
            {
                var cut = bytes[..length];
                Assert.Throws<ProtocolException>(() => MessageCodec.Read(MessageCodec.ManifestOf(message), cut));
            }
        }
    }

    [Fact]
    public void A_count_beyond_what_follows_is_refused_before_memory_is_asked_for()
    {
        var beat = MessageCodec.Write(new Beat(new Session("n", 1, 1), History.None, 5, [], [], null, null));
        byte[] bytes = [.. beat[..^4], 0xff, 0xff, 0xff, 0xff, 0x7f];

        var failure = Assert.Throws<ProtocolException>(() => MessageCodec.Read("beat", bytes));

        Assert.Equal("A message says that 34359738367 things follow, in 0 bytes.", failure.Message);
    }

    [Fact]
    public void A_frame_beyond_the_limit_is_neither_read_nor_written()
    {
        var refused = new Refused(new Session("n", 1, 1), Refusal.Token, new string('x', MessageCodec.MostBytes));

        var read = Assert.Throws<ProtocolException>(() => MessageCodec.Read("refused", new byte[MessageCodec.MostBytes + 1]));
        var written = Assert.Throws<ProtocolException>(() => MessageCodec.Write(refused));

        Assert.Equal("A frame of 500001 bytes; 500000 are allowed.", read.Message);
        Assert.Contains("500000 are allowed", written.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_another_version_a_hello_tells_who_it_is_and_a_refusal_why()
    {
        var session = new Session("node", 3, 4);
        var info = new NodeInfo("node", "h", [], "2.0", null);
        var hello = MessageCodec.Write(new Hello(session, 9, History.None, "secret", null, 1, info));
        var refused = MessageCodec.Write(new Refused(session, Refusal.Token, "because"));
        refused[0] = 9;
        var beat = MessageCodec.Write(new Beat(session, History.None, 1, [], [], null, null));
        beat[0] = 9;

        var newer = Assert.IsType<Hello>(MessageCodec.Read("hello", hello));
        var failure = Assert.Throws<ProtocolException>(() => MessageCodec.Read("beat", beat));

        Assert.Equal((session, 9, "2.0"), (newer.Session, newer.Protocol, newer.Info.Version));
        Assert.Equal(new Refused(session, Refusal.Version, "because"), MessageCodec.Read("refused", refused));
        Assert.Equal("A beat of protocol 9; this program speaks 1. Run the same version everywhere.", failure.Message);
    }

    [Fact]
    public void A_beat_that_names_a_device_twice_is_refused()
    {
        var device = new DeviceStatus("cpu:0", 1, 1, 1);
        var beat = new Beat(new Session("n", 1, 1), History.None, 1, [], [device, device with { Want = 2 }], null, null);

        var failure = Assert.Throws<ProtocolException>(() => MessageCodec.Read("beat", MessageCodec.Write(beat)));

        Assert.Equal("A beat names a device twice.", failure.Message);
    }

    [Fact]
    public void Reports_of_one_attempt_that_follow_each_other_are_one_blob()
    {
        var attempt = new AttemptFence(1, 2, 3);
        Batch Of(params Entry[] entries) => new(new Session("n", 1, 1), new History("s", 3), 1, entries);
        var report = new EpochEntry(attempt, new EpochReport { Epoch = 1 });

        var one = MessageCodec.Write(Of(report)).Length;
        var two = MessageCodec.Write(Of(report, report)).Length;
        var apart = MessageCodec.Write(Of(report, report with { Attempt = attempt with { Trial = 2 } })).Length;

        Assert.True(two - one < apart - one - 8, $"{one}, {two}, {apart}");
    }

    private static byte[] Malformed(byte[] bytes, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                return [.. bytes, .. Bytes(random.Next(1, 9), random)];
            case 2:
                return Bytes(random.Next(400), random);
            case 3:
                // A large number where there was a small one.
                var at = random.Next(bytes.Length);
                return [.. bytes[..at], 0xff, 0xff, 0xff, (byte)random.Next(256), (byte)random.Next(128), .. bytes[at..]];
            default:
                for (var flips = random.Next(1, 5); flips > 0; flips--)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    private static byte[] Bytes(int count, Random random)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
