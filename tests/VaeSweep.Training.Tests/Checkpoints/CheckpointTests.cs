using FsCheck;
using FsCheck.Fluent;

namespace VaeSweep.Training.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-checkpoint-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_checkpoint_comes_back_bit_by_bit() => Prop.ForAll((double sum, double best, byte[] data) =>
    {
        var progress = new TrialProgress
        {
            Epochs = data.Length, Step = 7, Seconds = sum, BestValidElbo = best,
            Sums = new EpochSums(sum, best, -sum, double.NegativeZero, double.NaN, 700, 7),
            Alarms = new Dictionary<string, int> { ["collapse"] = data.Length },
        };
        var path = Path.Combine(_folder, "a.vsckpt");
        CheckpointFile.Save(
            path, new("f", 3, progress, [new("encoder.weight", "U8", [data.Length], data), new("empty", "F32", [0, 3], [])]));

        var back = CheckpointFile.Load(path, "f");

        return back.Numerics == 3 && BitConverter.DoubleToInt64Bits(
            back.Progress.Sums.Objective) == BitConverter.DoubleToInt64Bits(sum)
            && back.Progress with { Alarms = progress.Alarms } == progress
            && back.Progress.Alarms.SequenceEqual(progress.Alarms)
            && double.IsNegative(back.Progress.Sums.Kl)
            && back.Tensors[0].Data.SequenceEqual(data)
            && back.Tensors[1].Shape.SequenceEqual([0L, 3L]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_checkpoint_from_before_there_were_alarms_and_numerics_has_none()
    {
        var header = System.Text.Json.JsonSerializer.Deserialize(
            """{"Fingerprint":"f","Device":"cpu","Progress":{"Epochs":3},"Tensors":[]}""",
            CheckpointJson.Default.CheckpointHeader);

        Assert.Equal(3, header!.Progress.Epochs);
        Assert.Equal(0, header.Numerics);
        Assert.Empty(header.Progress.Alarms);
    }

    [Fact]
    public void A_checkpoint_that_is_cut_at_any_byte_is_refused()
    {
        var path = Saved("f");
        var whole = File.ReadAllBytes(path);

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<CheckpointException>(() => CheckpointFile.Load(path, "f"));
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_refused()
    {
        var path = Saved("f");
        var whole = File.ReadAllBytes(path);

        for (var place = 0; place < whole.Length; place++)
        {
            var damaged = whole.ToArray();
            damaged[place] ^= 4;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<CheckpointException>(() => CheckpointFile.Load(path, "f"));
        }
    }

    [Fact]
    public void Another_trials_checkpoint_is_refused_by_name()
    {
        var path = Saved("0123456789abcdef");

        var error = Assert.Throws<CheckpointException>(() => CheckpointFile.Load(path, "fedcba9876543210"));

        Assert.EndsWith("belongs to the configuration 0123456789ab, this trial is fedcba987654.", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_to_come_is_refused_by_number()
    {
        var path = Saved("f");
        var bytes = File.ReadAllBytes(path);
        bytes[6] = 2;
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<CheckpointException>(() => CheckpointFile.Load(path, "f"));

        Assert.Contains("format version 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_furthest_sound_checkpoint_stands_in_for_a_damaged_one()
    {
        var first = Saved("f", epochs: 3);
        Saved("f", epochs: 5);
        Saved("other", epochs: 6);
        var damaged = Saved("f", epochs: 7);
        File.WriteAllBytes(damaged, File.ReadAllBytes(damaged)[..^1]);
        var refused = new List<string>();

        var found = CheckpointFolder.Find(damaged, _folder, "f", refused.Add);
        var nothing = CheckpointFolder.Find(damaged, _folder, "unknown", _ => { });

        Assert.Equal(5, found!.Progress.Epochs);
        Assert.Equal(2, refused.Count);
        Assert.Contains("cut or damaged", refused[0], StringComparison.Ordinal);
        Assert.Null(nothing);
        Assert.True(File.Exists(first));
    }

    [Fact]
    public void Checkpoints_of_other_numerics_are_refused_until_the_owner_asks_again()
    {
        var other = Saved("f", epochs: 7, numerics: Numerics.Number - 1);
        var refused = new List<string>();

        var error = Assert.Throws<CheckpointException>(() => CheckpointFolder.Find(other, _folder, "f", refused.Add));
        var again = CheckpointFolder.Find(other, _folder, "f", _ => { });

        Assert.Equal($"checkpoint {other} is of numerics {Numerics.Number - 1}, and this program computes "
            + $"numerics {Numerics.Number}.", Assert.Single(refused));
        Assert.Contains(other, error.Message, StringComparison.Ordinal);
        Assert.Contains("start anew with `vaesweep retry`", error.Message, StringComparison.Ordinal);
        Assert.Null(again);
        Assert.True(File.Exists(other));
    }

    [Fact]
    public void A_checkpoint_of_these_numerics_stands_in_for_one_of_others()
    {
        Saved("f", epochs: 2);
        var other = Saved("f", epochs: 7, numerics: Numerics.Number + 1);

        var found = CheckpointFolder.Find(other, _folder, "f", _ => { });

        Assert.Equal(2, found!.Progress.Epochs);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        var path = Path.Combine(_folder, "kept");
        File.WriteAllText(path, "old");

        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("ne"u8);
            throw new IOException("No space left on device");
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["kept"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void The_first_file_of_an_attempt_makes_its_folder()
    {
        var path = Path.Combine(_folder, "trial", "attempt-1", "first");

        AtomicFile.Write(path, stream => stream.Write("here"u8));

        Assert.Equal("here", File.ReadAllText(path));
    }

    [Fact]
    public void A_model_comes_back_with_its_metadata_and_its_data_is_aligned()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        var tensors = new HostTensor[] { new("a.weight", "F32", [2, 1], [1, 2, 3, 4, 5, 6, 7, 8]), new("b", "U8", [1], [9]) };

        SafetensorsFile.Save(path, tensors,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["config"] = """{"seed":1}""" });
        var (back, metadata) = SafetensorsFile.Load(path);

        Assert.Equivalent(tensors, back, strict: true);
        Assert.Equal("""{"seed":1}""", metadata["config"]);
        Assert.Equal(0, BitConverter.ToInt64(File.ReadAllBytes(path)) % 8);
    }

    private string Saved(string fingerprint, int epochs = 1, int numerics = Numerics.Number)
    {
        var checkpoint = new Checkpoint(
            fingerprint, numerics, new TrialProgress { Epochs = epochs }, [new("w", "F32", [1], [1, 2, 3, 4])]);
        var path = Path.Combine(_folder, checkpoint.FileName(attempt: 1));
        CheckpointFile.Save(path, checkpoint);
        return path;
    }
}
