using FsCheck;
using FsCheck.Fluent;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

public sealed class FrameTests
{
    [Fact]
    public void Frames_come_back_in_order_as_they_were_written() => Prop.ForAll((byte[][] payloads) =>
    {
        var stream = new MemoryStream();
        foreach (var payload in payloads)
            Frame.Write(stream, payload ?? []);

        stream.Position = 0;

        var back = Frames(stream).ToArray();

        return back.Length == payloads.Length
            && back.Zip(payloads).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second ?? []));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed() =>
        Prop.ForAll((NonEmptyArray<byte> payload, NonNegativeInt place, NonNegativeInt bit) =>
    {
        var bytes = Written(payload.Get);
        bytes[place.Get % bytes.Length] ^= (byte)(1 << (bit.Get % 8));

        return Record.Exception(() => Frame.Read(new MemoryStream(bytes))) is FrameException;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frame_that_is_cut_anywhere_is_refused()
    {
        var bytes = Written([1, 2, 3, 4, 5]);

        for (var length = 1; length < bytes.Length; length++)
            Assert.Throws<FrameException>(() => Frame.Read(new MemoryStream(bytes, 0, length)));
    }

    [Fact]
    public void Text_instead_of_a_frame_is_quoted_in_the_error()
    {
        var error = Assert.Throws<FrameException>(() => Frame.Read(new MemoryStream("Usage: vaesweep [command]"u8.ToArray())));

        Assert.Contains("\"Usage: vaesw\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_beyond_the_largest_allowed_is_refused_before_memory_is_asked_for()
    {
        var bytes = Written([1]);
        bytes[7] = 0x7f;

        var error = Assert.Throws<FrameException>(() => Frame.Read(new MemoryStream(bytes)));

        Assert.Contains("largest allowed is 67108864", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Doubles_cross_bit_by_bit() => Prop.ForAll((double value) =>
    {
        var report = new EpochReport { Epoch = 1, TrainElbo = value,
            Units = [new LayerUnits([value, double.NegativeZero], [double.Epsilon])] };

        var back = MessageJson.ReadFromTrainer(MessageJson.Write(FromTrainer.Of(3, new EpochDone(7, report)))).EpochDone!.Report;

        return BitConverter.DoubleToInt64Bits(back.TrainElbo) == BitConverter.DoubleToInt64Bits(value)
            && double.IsNaN(back.ValidElbo)
            && back.ActiveUnits == -1
            && double.IsNegative(back.Units[0].Activity[1])
            && back.Units[0].Kl[0] == double.Epsilon;
    }).QuickCheckThrowOnFailure();

    public static TheoryData<TrainerEvent> Events =>
    [
        new EpochDone(1, new EpochReport { Epoch = 2 }),
        new Checkpointed(2, 3, "/a/b", Best: true),
        new TrialFinished(3, [new Evaluation("test_nll", 86.25, 500, 10000)], "/a/model.safetensors"),
        new TrialFailed(4, FailureClass.Nan, "NaN in the bound at epoch 7, step 3"),
        new TrialStopped(5),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_comes_back_as_what_it_was(TrainerEvent happened)
    {
        var back = MessageJson.ReadFromTrainer(MessageJson.Write(FromTrainer.Of(9, happened)));

        Assert.Equal(9, back.Job);
        Assert.Equivalent(happened, back.Event, strict: true);
        Assert.Equal(happened.GetType(), back.Event!.GetType());
    }

    [Fact]
    public void A_job_comes_back_as_what_it_was()
    {
        var job = new TrainerJob(
            [new TrainerTrial(4, "abc", 2, """{"a":1}""", "/tmp/x", null),
                new TrainerTrial(5, "def", 1, "{}", "/tmp/y", "/tmp/y/c")]);

        var back = MessageJson.ReadToTrainer(MessageJson.Write(new ToTrainer(1, Run: job)));

        Assert.Equal(job.Trials, back.Run!.Trials);
        Assert.Null(back.Stop);
    }

    private static byte[] Written(byte[] payload)
    {
        var stream = new MemoryStream();
        Frame.Write(stream, payload);
        return stream.ToArray();
    }

    private static IEnumerable<byte[]> Frames(Stream stream)
    {
        while (Frame.Read(stream) is { } payload)
            yield return payload;
    }
}
