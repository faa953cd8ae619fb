using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Commands;

/// <summary>Values that many types of the channel have.</summary>
internal static class WireValues
{
    public static void Maybe(this WireWriter writer, long? value)
    {
        writer.Flag(value is not null);
        if (value is { } known)
            writer.Long(known);
    }

    public static long? MaybeLong(this ref WireReader reader) => reader.Flag() ? reader.Long() : null;

    public static int? MaybeInt(this ref WireReader reader) => (int?)reader.MaybeLong();

    /// <summary>An enum by its number: both sides have the same version.</summary>
    public static void Word<T>(this WireWriter writer, T value)
        where T : struct, Enum => writer.Byte(Convert.ToByte(value));

    public static void MaybeWord<T>(this WireWriter writer, T? value)
        where T : struct, Enum
    {
        writer.Flag(value is not null);
        if (value is { } known)
            writer.Word(known);
    }

    public static T? MaybeWord<T>(this ref WireReader reader)
        where T : struct, Enum => reader.Flag() ? reader.Word<T>() : null;

    /// <summary>To the tick, with its offset.</summary>
    public static void Instant(this WireWriter writer, DateTimeOffset at)
    {
        writer.Long(at.Ticks);
        writer.Long(at.Offset.Ticks);
    }

    public static DateTimeOffset Instant(this ref WireReader reader)
    {
        var (ticks, offset) = (reader.Long(), reader.Long());
        try
        {
            return new DateTimeOffset(ticks, new TimeSpan(offset));
        }
        catch (ArgumentException none)
        {
            throw new ProtocolException($"{ticks} ticks at offset {offset} are no instant.", none);
        }
    }

    public static void Maybe(this WireWriter writer, DateTimeOffset? at)
    {
        writer.Flag(at is not null);
        if (at is { } known)
            writer.Instant(known);
    }

    public static DateTimeOffset? MaybeInstant(this ref WireReader reader) => reader.Flag() ? reader.Instant() : null;

    public static void List<T>(this WireWriter writer, IReadOnlyCollection<T> items, Action<WireWriter, T> write)
    {
        writer.Number(items.Count);
        foreach (var item in items)
            write(writer, item);
    }

    /// <param name="leastBytes">That one item takes.</param>
    public static T[] List<T>(this ref WireReader reader, int leastBytes, WireRead<T> read)
    {
        var items = new T[reader.Count(leastBytes)];
        for (var i = 0; i < items.Length; i++)
            items[i] = read(ref reader);
        return items;
    }

    public static void Texts(this WireWriter writer, IReadOnlyCollection<string> texts) =>
        writer.List(texts, static (to, text) => to.Text(text));

    public static string[] Texts(this ref WireReader reader) => reader.List(1, static (ref from) => from.Text());

    public static void Longs(this WireWriter writer, IReadOnlyCollection<long> numbers) =>
        writer.List(numbers, static (to, number) => to.Long(number));

    public static long[] Longs(this ref WireReader reader) => reader.List(sizeof(long), static (ref from) => from.Long());

    public static void Doubles(this WireWriter writer, IReadOnlyCollection<double> numbers) =>
        writer.List(numbers, static (to, number) => to.Double(number));

    public static double[] Doubles(this ref WireReader reader) => reader.List(sizeof(double), static (ref from) => from.Double());

    public static void Ints(this WireWriter writer, IReadOnlyCollection<int> numbers) =>
        writer.List(numbers, static (to, number) => to.Long(number));

    public static int[] Ints(this ref WireReader reader) => reader.List(sizeof(long), static (ref from) => (int)from.Long());
}
