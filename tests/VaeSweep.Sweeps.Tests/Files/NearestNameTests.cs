using FsCheck;
using FsCheck.Fluent;

namespace VaeSweep.Sweeps.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("latent", "model.latent")]
    [InlineData("model.latnet", "model.latent")]
    [InlineData("lr", "train.optimizer.adam.lr")]
    [InlineData("batch_size", "train.batch_size")]
    [InlineData("batchSize", "train.batch_size")]
    [InlineData("warmup", "objective.warmup")]
    [InlineData("objective.K", "objective.k")]
    [InlineData("xyzzy", null)]
    [InlineData("q", null)]
    public void The_nearest_path_is_found(string typed, string? expected) =>
        Assert.Equal(expected, NearestName.Find(typed, ConfigSchema.Writable));

    [Theory]
    [InlineData("ca", "abc", 3)]
    [InlineData("abcd", "acbd", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    public void Swaps_of_neighbours_count_once(string a, string b, int distance) =>
        Assert.Equal(distance, NearestName.Distance(a, b));

    [Fact]
    public void The_distance_is_symmetric_and_zero_only_between_equals()
    {
        Prop.ForAll<NonNull<string>, NonNull<string>>((a, b) =>
            NearestName.Distance(a.Get, b.Get) == NearestName.Distance(b.Get, a.Get)
                && (NearestName.Distance(a.Get, b.Get) == 0) == (a.Get == b.Get)).QuickCheckThrowOnFailure();
    }
}
