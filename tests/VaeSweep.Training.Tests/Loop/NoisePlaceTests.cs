using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests;

/// <summary>A trial's noise is of its seed and of the place where it is drawn. That interruptions change nothing is
/// <see cref="ResumeTests"/>'.</summary>
public sealed class NoisePlaceTests : TrainingTest
{
    [Fact]
    public void A_step_s_noise_does_not_depend_on_the_pack()
    {
        using var scope = NewDisposeScope();

        var pack = Draw([1, 2, 3], epoch: 4, step: 7);

        for (var trial = 0; trial < 3; trial++)
            Assert.Equal(Draw([trial + 1], epoch: 4, step: 7).Values<float>(), pack.select(0, trial).Values<float>());
    }

    [Fact]
    public void Seeds_epochs_and_steps_draw_apart_and_in_any_order()
    {
        using var scope = NewDisposeScope();

        var draws = new[] { (1L, 4, 7), (1L, 4, 8), (1L, 5, 7), (1L, 7, 4), (2L, 4, 7) }
            .Select(place => Draw([place.Item1], place.Item2, place.Item3).Values<float>()).ToArray();
        var again = Draw([1], epoch: 4, step: 7).Values<float>();

        Assert.Equal(draws[0], again);
        Assert.Equal(draws.Length, draws.Select(values => values[0]).Distinct().Count());
    }

    [Fact]
    public void Training_curves_parts_and_measurements_have_streams_of_their_own()
    {
        ulong[] keys =
        [
            .. new[] { 0L, 1, -1 }.SelectMany(seed => (ulong[])
            [
                (ulong)TrialStreams.OfInit(seed), TrialStreams.OfNoise(seed).Key, TrialStreams.OfStatistics(seed).Key,
                .. Enum.GetValues<SplitKind>().Select(split => TrialStreams.OfCurve(seed, split).Key),
                .. Enum.GetValues<SplitKind>()
                    .SelectMany(split => new[] { 0, 1, 5000 }.Select(samples => TrialStreams.OfFinal(seed, split, samples).Key)),
            ]),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    private static Tensor Draw(long[] seeds, int epoch, int step) =>
        torch.empty([seeds.Length, 5, 3]).normal_(0, 1, seeds.Select(TrialStreams.OfNoise).ToArray().At(epoch, step));
}
