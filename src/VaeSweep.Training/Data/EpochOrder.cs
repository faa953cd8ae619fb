namespace VaeSweep.Training.Data;

/// <summary>The order in which a trial sees its training images.</summary>
public static class EpochOrder
{
    private const long Stream = 0x6F72646572; // "order"

    /// <summary>Fills <paramref name="order"/> with a uniform permutation of 0 .. n - 1 that depends on its arguments alone, so
    /// that a resumed trial needs no saved state to go on where it stopped.</summary>
    /// <param name="seed">The trial's seed.</param>
    /// <param name="epoch">Any integer; each gives an order of its own.</param>
    /// <param name="n">How many images.</param>
    /// <param name="order">[n].</param>
    public static void Permutation(long seed, int epoch, int n, Span<int> order)
    {
        if (order.Length != n)
            throw new ArgumentException($"The order of {n} images needs {n} places, not {order.Length}.", nameof(order));

        Shuffle(RandomStream.Key(RandomStream.Key(Stream, seed), epoch), order);
    }

    /// <summary>The one order in which a data set's images are given, where they are published in an order that tells what they
    /// show.</summary>
    /// <param name="name">Of the order, up to eight letters.</param>
    internal static int[] OfDataset(string name, int n)
    {
        var order = new int[n];
        Shuffle(RandomStream.Key(0, name.Aggregate(0L, (number, letter) => (number << 8) | letter)), order);
        return order;
    }

    /// <summary>Fisher and Yates' shuffle of 0, 1, 2, ..., from the last place down.</summary>
    private static void Shuffle(ulong key, Span<int> values)
    {
        var random = new RandomStream(key);
        for (var i = 0; i < values.Length; i++)
            values[i] = i;

        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = random.NextBelow(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
