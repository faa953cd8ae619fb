using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps.Tests;

public sealed class TpeTests
{
    private static readonly SearchSpace _space = new BoxSpace(
        [new(1e-4, 1, Log: true), new(2, 9, Whole: true), Dimension.Of(3), new(0, 1)],
        dimension => dimension == 3 ? "x2 is 1" : "", (dimension, point) => dimension < 3 || point[2] == 1);

    private readonly TpeSampler _sampler = new(seed: 5, startup: 4);

    [Fact]
    public void Points_are_in_the_space_and_have_what_has_a_meaning()
    {
        var history = new List<Observation>();
        for (var number = 0; number < 60; number++)
        {
            var point = _sampler.Next(_space, history, number, 0);
            history.Add(new(number, point, Loss(point)));

            Assert.InRange(point[0], 1e-4, 1);
            Assert.Contains(point[1], Enumerable.Range(2, 8).Select(one => (double)one));
            Assert.InRange(point[2], 0, 2);
            Assert.Equal(point[2] == 1, !double.IsNaN(point[3]));
        }

        // The best choice, near the best rate, is what most of the later ones have.
        Assert.InRange(history.Skip(40).Count(one => one.Point[2] == 1), 14, 20);
        Assert.InRange(history.Min(one => one.Value), 0, 0.3);
    }

    [Fact]
    public void The_same_history_in_another_order_gives_the_same_point()
    {
        var history = Enumerable.Range(0, 30).Select(i => new RandomSampler(1).Next(_space, [], i, 0))
            .Select((point, i) => new Observation(i, point, i % 7 == 0 ? double.PositiveInfinity : Loss(point))).ToList();
        var other = history.AsEnumerable().Reverse().ToList();

        Assert.Equal(_sampler.Next(_space, history, 30, 0), _sampler.Next(_space, other, 30, 0));
        Assert.NotEqual(_sampler.Next(_space, history, 30, 0), _sampler.Next(_space, history, 31, 0));
    }

    [Fact]
    public void Points_that_run_are_not_drawn_again()
    {
        SearchSpace line = new BoxSpace([new(0, 99, Whole: true)]);
        var history = Enumerable.Range(0, 20).Select(i => new Observation(i, [i * 5.0], Math.Abs((i * 5) - 40))).ToList();
        for (var number = 20; number < 40; number++)
            history.Add(new(number, _sampler.Next(line, history, number, 0), double.NaN));

        Assert.InRange(history.Skip(20).Select(one => one.Point[0]).Distinct().Count(), 10, 20);
    }

    [Fact]
    public void Failed_points_are_the_worst()
    {
        SearchSpace line = new BoxSpace([new(0, 1)]);
        var history = Enumerable.Range(0, 40)
            .Select(i => new Observation(i, [i / 40.0], i < 20 ? double.PositiveInfinity : 1 + (i * 0.01))).ToList();

        var drawn = Enumerable.Range(40, 40).Select(number => _sampler.Next(line, history, number, 0)[0]).ToList();

        Assert.InRange(drawn.Count(one => one > 0.45), 36, 40);
    }

    private static double Loss(double[] point) =>
        Math.Abs(Math.Log10(point[0]) + 2) + (Math.Abs(point[1] - 6) / 8) + (point[2] == 1 ? Math.Abs(point[3] - 0.7) : 2);
}
