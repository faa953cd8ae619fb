using System.Security.Cryptography;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class SpritesTests
{
    private static readonly DatasetStore _store = new(new DatasetStoreOptions { CacheFolder = "/nonexistent" });

    [Fact]
    public void Sprites_are_the_same_bytes_on_every_machine()
    {
        var sprites = Load();

        // Golden hashes: golden.py.
        Assert.Equal("d8f62aa8a8bf6082993dcc2c12c29888e62ef24a41b83e2cc97002d2e2b4e730", Hash(sprites.Train));
        Assert.Equal("86329c1ef1a0502dceb030e2c99974d605a7b86705ae8d39186d902f9b4cb909", Hash(sprites.Valid!));
        Assert.Equal("97febca5cbf4aba9f1278dc8cd4f569672b8a914e6f37eaa3c2baff2f26b6ec8", Hash(sprites.Test));
    }

    [Fact]
    public void Sprites_know_their_factors()
    {
        var sprites = Load();
        var again = new byte[784];

        Assert.Equal((6_000, 1_000, 1_000), (sprites.Train.Count, sprites.Valid!.Count, sprites.Test.Count));
        Assert.Equal(["shape", "scale", "rotation", "x", "y"], sprites.Train.Factors!.Names);
        for (var i = 0; i < sprites.Test.Count; i++)
        {
            var factors = sprites.Test.Factors!.Of(i);
            Sprites.Draw(factors, again);
            Assert.Equal(factors[0], sprites.Test.Labels![i]);
            Assert.True(sprites.Test.Image(i).SequenceEqual(again));
        }
    }

    [Fact]
    public void No_sprite_occurs_twice_and_none_is_cut_off()
    {
        var sprites = Load();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var split in new[] { sprites.Train, sprites.Valid!, sprites.Test })
        {
            for (var i = 0; i < split.Count; i++)
            {
                var image = split.Image(i).ToArray();
                Assert.True(seen.Add(Convert.ToHexString(image)), $"{split.Part} {i} occurs twice");
                var edge = Enumerable.Range(0, 28).Sum(k => image[k] + image[27 * 28 + k] + image[28 * k] + image[28 * k + 27]);
                Assert.Equal(0, edge);
            }
        }

        Assert.All(TestData.Histogram(sprites.Train), count => Assert.InRange(count, 1_800, 2_200));
    }

    [Fact]
    public void A_larger_scale_gives_a_larger_shape_of_each_kind()
    {
        var image = new byte[784];
        for (var shape = 0; shape < 3; shape++)
        {
            var ink = new int[6];
            for (var scale = 0; scale < 6; scale++)
            {
                Sprites.Draw([shape, scale, 3, 7, 8], image);
                ink[scale] = image.Sum(pixel => pixel);
            }

            Assert.Equal(ink.Order(), ink);
        }
    }

    private static Dataset Load() => _store.Load(new DatasetConfig { Name = "sprites", Binarization = "none" });

    private static string Hash(ImageSplit split) => Convert.ToHexStringLower(SHA256.HashData(split.Pixels.Span));
}
