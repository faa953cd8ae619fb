using System.Collections;

namespace VaeSweep.Sweeps;

/// <summary>The seeds of a block in the order in which trials start. A range is kept as its two ends: a short file may name ten
/// million seeds in
/// each of many blocks.</summary>
internal sealed class SeedList : IReadOnlyList<long>
{
    private readonly long _first;
    private readonly long[]? _listed;
    private readonly HashSet<long>? _set;

    private SeedList(long first, int count) => (_first, Count) = (first, count);

    private SeedList(long[] listed) => (_listed, _set, Count) = (listed, [.. listed], listed.Length);

    public int Count { get; }

    public long this[int index] => _listed is null
        ? index >= 0 && index < Count ? _first + index : throw new ArgumentOutOfRangeException(nameof(index))
        : _listed[index];

    /// <summary>first, first + 1, ...</summary>
    public static SeedList Range(long first, int count) => new(first, count);

    public static SeedList Of(long[] seeds) => new(seeds);

    public bool Contains(long seed) => _set?.Contains(seed) ?? (seed >= _first && seed - _first < Count);

    public bool Overlaps(SeedList other) => (_listed, other._listed) switch
    {
        (null, null) => _first < other._first + other.Count && other._first < _first + Count,
        (null, { } listed) => listed.Any(Contains),
        ({ } listed, _) => listed.Any(other.Contains),
    };

    public bool IsSameAs(SeedList other) => ReferenceEquals(this, other)
        || (_listed is null && other._listed is null && _first == other._first && Count == other.Count);

    public IEnumerator<long> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
