using System.Buffers.Binary;
using System.Numerics;
using VaeSweep.Cluster.Files;

namespace VaeSweep.Cluster.Tests;

public sealed class CheckpointChoiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-choice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_sound_checkpoint_is_gone_on_from()
    {
        var path = Write("ckpt-e000007-s00000-a1.vsckpt");

        Assert.Equal((path, 7, null, false), CheckpointChoice.Of(path, 7, new ArtifactDisk()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(99)]
    [InlineData(103)]
    public void A_damaged_one_gives_way_to_the_furthest_sound_one_beside_it_and_that_is_said(int at)
    {
        Write("ckpt-e000003-s00000-a1.vsckpt");
        var sound = Write("ckpt-e000005-s00012-a1.vsckpt");
        Damage(Write("ckpt-e000006-s00000-a1.vsckpt"), 4);
        // What was written after the one that the head knows covers epochs that it may not know.
        Write("ckpt-e000009-s00000-a1.vsckpt");
        var path = Damage(Write("ckpt-e000007-s00000-a1.vsckpt"), at);

        var (chosen, epoch, note, damaged) = CheckpointChoice.Of(path, 7, new ArtifactDisk());

        Assert.Equal((sound, 5, true), (chosen, epoch, damaged));
        Assert.Equal($"checkpoint {path} of epoch 7 is damaged: its bytes do not match their checksum; going on from {sound} "
            + "of epoch 5", note);
    }

    [Fact]
    public void Where_nothing_is_sound_the_trial_starts_anew()
    {
        var path = Path.Combine(_folder, "ckpt-e000007-s00000-a1.vsckpt");

        Assert.Equal((null, 0, $"checkpoint {path} of epoch 7 is not there; starting anew", false),
            CheckpointChoice.Of(path, 7, new ArtifactDisk()));
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Equal((null, 0, true), CheckpointChoice.Of(path, 7, new ArtifactDisk()) switch { var (p, e, _, d) => (p, e, d) });
        Assert.Equal((null, 0, null, false), CheckpointChoice.Of(null, 0, new ArtifactDisk()));
    }

    private string Write(string name)
    {
        var bytes = new byte[104];
        new Random(name.Length + name[^8]).NextBytes(bytes);
        var crc = uint.MaxValue;
        foreach (var b in bytes.AsSpan(0, 100))
            crc = BitOperations.Crc32C(crc, b);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(100), ~crc);
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Damage(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
