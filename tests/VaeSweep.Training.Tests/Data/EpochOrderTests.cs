using FsCheck;
using FsCheck.Fluent;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class EpochOrderTests
{
    [Fact]
    public void The_generator_agrees_with_an_independent_implementation()
    {
        var random = new RandomStream(5);

        ulong[] numbers = [random.Next(), random.Next(), random.Next()];

        // Golden numbers of this class: golden.py.
        Assert.Equal([0x11d85194c417681d, 0xf739e278fbd62c3b, 0x27fa600a58e37bc0], numbers);
        Assert.Equal(0x9f7e1bc2eb3d1e21, RandomStream.Key(7, -3));
    }

    [Fact]
    public void An_order_agrees_with_an_independent_implementation()
    {
        Assert.Equal([9, 6, 7, 3, 4, 1, 0, 2, 8, 5], Order(7, 3, 10));
        Assert.Equal([5, 1, 2, 7, 6, 3, 4, 0], Order(-1, 0, 8));
    }

    [Fact]
    public void An_order_is_a_permutation_and_a_pure_function_of_seed_and_epoch()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<long>(), ArbMap.Default.ArbFor<int>(), Gen.Choose(0, 500).ToArbitrary(),
            (seed, epoch, n) =>
            {
                var order = Order(seed, epoch, n);
                return order.Order().SequenceEqual(Enumerable.Range(0, n)) && order.SequenceEqual(Order(seed, epoch, n));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Another_seed_or_epoch_gives_another_order()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<long>(), ArbMap.Default.ArbFor<int>(),
            (seed, epoch) =>
            {
                var order = Order(seed, epoch, 100);
                return !order.SequenceEqual(Order(seed + 1, epoch, 100)) && !order.SequenceEqual(Order(seed, epoch + 1, 100));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_image_comes_to_every_place_equally_often()
    {
        const int Images = 6;
        const int Epochs = 60_000;
        var counts = new int[Images, Images];
        var order = new int[Images];

        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            EpochOrder.Permutation(11, epoch, Images, order);
            for (var place = 0; place < Images; place++)
                counts[place, order[place]]++;
        }

        // 10,000 expected in each of 36 cells, standard deviation 91: five of them is passed by chance once in 50,000 seeds.
        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 10_000 - 457, 10_000 + 457));
    }

    [Fact]
    public void A_buffer_of_another_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => EpochOrder.Permutation(0, 0, 10, new int[9]));
    }

    private static int[] Order(long seed, int epoch, int n)
    {
        var order = new int[n];
        EpochOrder.Permutation(seed, epoch, n, order);
        return order;
    }
}
