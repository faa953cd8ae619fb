using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps.Tests;

public sealed class AshaTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_27_points_81_epochs_are_spent_whatever_their_order_and_the_best_reaches_the_top(bool improving)
    {
        double[] losses = [.. Enumerable.Range(0, 27).Select(i => improving ? 27.0 - i : i)];

        var (epochs, told, runs) = Run(new AshaScheduler(1, 3, 27, 1, seed: 0), losses, devices: 1);

        Assert.Equal(81, epochs);
        Assert.Equal(27, runs[losses.Index().MinBy(one => one.Item).Index]);
        Assert.Equal(26, told.Count(one => one.Budget is null));
        Assert.Contains(told, one => one is { Budget: 27, Reason: "1st of 3 at 9 epochs" });
    }

    [Fact]
    public void In_1000_orders_the_best_reaches_the_top_with_81_epochs()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            double[] losses = [.. Enumerable.Range(0, 27).OrderBy(_ => random.Next()).Select(i => (double)i)];
            var (epochs, _, runs) = Run(new AshaScheduler(1, 3, 27, 1, seed: 0), losses, 1 + (seed % 8));

            Assert.Equal((81, 27), (epochs, runs[Array.IndexOf(losses, 0.0)]));
        }
    }

    [Fact]
    public void A_history_goes_as_computed_by_hand()
    {
        double[] losses = [5, 7, 3, 9, 1, 8, 2, 6, 4];

        var (_, told, runs) = Run(new AshaScheduler(1, 3, 9, 1, seed: 0), losses, devices: 1);

        // As each device is free: 3 is the best of three, 1 of the next six; at nine the share is three, and 2 goes on.
        Assert.Equal([2L, 4L, 6L, 4L], told.Where(one => one.Budget is not null).Select(one => one.Number));
        Assert.Equal([1, 1, 3, 1, 9, 1, 3, 1, 1], runs);
    }

    [Fact]
    public void Too_few_points_for_the_top_still_have_one_trained_to_the_end()
    {
        var (_, told, runs) = Run(new AshaScheduler(1, 3, 27, 1, seed: 0), [4, 2, 3, 1], devices: 2);

        // 2 is the best of the first three, and the fourth is too late to take its place.
        Assert.Equal(27, runs[1]);
        Assert.Contains(told, one => one.Reason.EndsWith(", the furthest", StringComparison.Ordinal));
    }

    [Fact]
    public void Points_that_failed_are_never_sent_on_and_nothing_waits_for_ever()
    {
        var (_, told, runs) = Run(
            new AshaScheduler(1, 2, 8, 1, seed: 0), [.. Enumerable.Repeat(double.PositiveInfinity, 7), 3], devices: 3);

        Assert.Equal(8, runs[7]);
        Assert.All(told.Where(one => one.Budget is not null), one => Assert.Equal(7, one.Number));
    }

    [Fact]
    public void The_end_of_many_points_takes_no_more_looks_at_each_than_that_of_few()
    {
        const int Points = 3_000;
        const int LooksAtEach = 30;
        var looks = 0;
        RungPoint[] points =
        [
            .. Enumerable.Range(0, Points).Select(i => new RungPoint(
                i, i == 0 ? 9 : 1, i == 0 ? PointStand.Closed : PointStand.Waits,
                epochs =>
                {
                    looks++;
                    return i == 0 || epochs == 1 ? i : double.NaN;
                })),
        ];

        // One of all goes on, and it has: what waits is ended.
        var told = new AshaScheduler(1, Points, 9, 1, seed: 0).Decide(points, room: 1, mayGrow: false);

        Assert.Equal(Points - 1, told.Count(one => one.Budget is null));
        Assert.Equal("2nd of 3000 at 1 epoch", told[0].Reason);
        Assert.InRange(looks, Points, LooksAtEach * Points);
    }

    [Fact]
    public void Brackets_begin_at_higher_rungs_in_the_proportions_of_hyperband()
    {
        var scheduler = new AshaScheduler(1, 3, 81, int.MaxValue, seed: 3);
        double[] losses = [.. new Random(1).GetItems(Enumerable.Range(0, 1000).Select(i => i / 10.0).ToArray(), 143)];

        var (epochs, _, runs) = Run(scheduler, losses, devices: 8);

        Assert.Equal([1, 3, 9, 27, 81], scheduler.Rungs);
        Assert.Equal(5, runs.Distinct().Count());
        Assert.InRange(epochs, 1000, 143 * 81 / 4);
    }

    [Theory]
    [InlineData(4, 30, 2)]
    [InlineData(4, 36, 3)]
    [InlineData(1, 28, 4)]
    [InlineData(5, 5, 1)]
    public void There_are_as_many_brackets_as_whole_reductions_and_one(int first, int epochs, int brackets)
    {
        var scheduler = new AshaScheduler(first, 3, epochs, int.MaxValue, seed: 3);
        var points = Enumerable.Range(0, 200)
            .Select(i => new RungPoint(i, first, PointStand.Waits, at => at <= first ? i : double.NaN)).ToList();

        var told = scheduler.Decide(points, room: 0, mayGrow: true);

        // Those of the first bracket wait for a place.
        Assert.Equal(brackets - 1, told.Select(one => one.Budget).Distinct().Count());
    }

    [Fact]
    public void The_median_ends_what_is_worse_than_half_of_the_others()
    {
        double[] losses = [5, 4, 6, 3, 8, 7, 2, 9, 1, 10];

        var (_, told, runs) = Run(new MedianScheduler(2, 2, 8), losses, devices: 1);

        Assert.Equal(8, runs[8]);
        Assert.True(runs[9] < 8);
        Assert.Contains(told, one => one.Budget is null);
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, "worse than the median of 5 trained ones at 2 epochs")]
    public void Once_enough_were_trained_to_the_end_they_are_the_measure(int trained, string? ended)
    {
        List<RungPoint> points =
        [
            .. Enumerable.Range(0, trained).Select(i => At(i, 8, PointStand.Closed, i)),
            // Of those that failed nothing counts, and of those that were ended only while few were trained.
            new(10, 8, PointStand.Closed, epochs => epochs <= 2 ? 0 : double.PositiveInfinity),
            .. Enumerable.Range(20, 20).Select(i => At(i, 2, PointStand.Ended, 50)), At(99, 2, PointStand.Waits, 3),
        ];

        var told = Assert.Single(new MedianScheduler(2, 2, 8).Decide(points, room: 1, mayGrow: true));

        Assert.Equal((99, ended is null ? 4 : null), (told.Number, told.Budget));
        Assert.Equal(ended ?? "not worse than the median at 2 epochs", told.Reason);

        static RungPoint At(int number, int budget, PointStand stands, double value) =>
            new(number, budget, stands, epochs => epochs <= budget ? value : double.NaN);
    }

    [Fact]
    public void The_median_of_many_points_is_found_by_a_few_looks_at_each()
    {
        const int Points = 3_000;
        const int LooksAtEach = 20;
        var looks = 0;
        List<RungPoint> points =
        [
            .. Enumerable.Range(0, Points).Select(i => new RungPoint(i, 4, PointStand.Waits, epochs =>
            {
                looks++;
                return epochs <= 4 ? i : double.NaN;
            })),
        ];

        var told = new MedianScheduler(2, 2, 8).Decide(points, room: Points, mayGrow: false);

        Assert.Equal(Points / 2, told.Count(one => one.Budget is null));
        Assert.InRange(looks, Points, LooksAtEach * Points);
    }

    [Theory]
    [InlineData(27, 1, 3, 27, 81)]
    [InlineData(4, 1, 3, 27, 30)]
    public void The_epochs_at_most_are_known_before(long points, int first, int reduction, int epochs, double expected) =>
        Assert.Equal(expected, new AshaScheduler(first, reduction, epochs, 1, seed: 0).Cost(points).AtMost);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    public void However_many_points_no_more_epochs_are_spent_than_were_told(int brackets)
    {
        for (var points = 1; points <= 60; points++)
        {
            var random = new Random(points);
            foreach (var (first, reduction, epochs) in new[] { (1, 3, 27), (2, 2, 9), (1, 4, 30), (3, 3, 20) })
            {
                var scheduler = new AshaScheduler(first, reduction, epochs, brackets, seed: points);
                double[] losses = [.. Enumerable.Range(0, points).OrderBy(_ => random.Next()).Select(i => (double)i)];

                var (spent, _, runs) = Run(scheduler, losses, devices: 1 + (points % 5));

                Assert.InRange(spent, epochs, scheduler.Cost(points).AtMost);
                Assert.Contains(epochs, runs);
            }
        }
    }

    /// <summary>Points begin in their order; each device trains one at a time, in virtual time.</summary>
    private static (int Epochs, List<Decision> Told, int[] Runs) Run(IScheduler scheduler, double[] losses, int devices)
    {
        var (budgets, done) = (new int[losses.Length], new int[losses.Length]);
        var (running, ended) = (new List<(int End, int Point)>(), new HashSet<int>());
        var (told, now, started) = (new List<Decision>(), 0, 0);
        while (true)
        {
            var points = Enumerable.Range(0, started).Select(i => new RungPoint(
                i, budgets[i],
                running.Exists(one => one.Point == i) ? PointStand.Runs : ended.Contains(i) ? PointStand.Ended
                    : double.IsPositiveInfinity(losses[i]) || done[i] == scheduler.Cost(1).AtMost
                    ? PointStand.Closed : PointStand.Waits,
                epochs => done[i] >= epochs || (double.IsPositiveInfinity(losses[i]) && done[i] > 0)
                    ? losses[i] : double.NaN)).ToList();
            var free = devices - running.Count;
            var decisions = free == 0 ? [] : scheduler.Decide(points, free, started < losses.Length);
            told.AddRange(decisions);
            foreach (var decision in decisions)
            {
                if (decision.Budget is not { } budget)
                {
                    Assert.True(ended.Add((int)decision.Number));
                    continue;
                }

                Assert.True(budget > budgets[decision.Number]);
                budgets[decision.Number] = budget;
                running.Add((now + budget - done[decision.Number], (int)decision.Number));
                free--;
            }

            for (; free > 0 && started < losses.Length; free--, started++)
            {
                budgets[started] = scheduler.FirstBudget;
                running.Add((now + scheduler.FirstBudget, started));
            }

            if (running.Count == 0)
            {
                if (decisions.Count > 0)
                    continue;
                // Nothing is left that waits.
                Assert.DoesNotContain(points, point => point.Stands == PointStand.Waits);
                return (done.Sum(), told, done);
            }

            var next = running.MinBy(one => (one.End, one.Point));
            running.Remove(next);
            (now, done[next.Point]) = (next.End, budgets[next.Point]);
        }
    }
}
