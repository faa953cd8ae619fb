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
        {
            throw new ArgumentException($"The order of {n} images needs {n} places, not {order.Length}.", nameof(order));
        }

        var random = new Xoshiro256(Xoshiro256.Key(Xoshiro256.Key(Stream, seed), epoch));
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
        }

        Shuffle(ref random, order);
    }

    /// <summary>Fisher and Yates' shuffle, from the last place down.</summary>
    internal static void Shuffle(ref Xoshiro256 random, Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = random.NextBelow(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
