namespace VaeSweep.Store.LiteDb;

/// <summary>How large blobs of <see cref="StandingBlob"/> are.</summary>
/// <param name="Most">Trials of one at most: few enough to be written again when many of them have changed.</param>
/// <param name="Together">Small ones that are put together with one commit.</param>
internal sealed record StandingSizes(int Most = 500, int Together = 16)
{
    /// <summary>Bytes from which on one has no more trials. As an array it is still a small one to the garbage
    /// collector.</summary>
    public int MostBytes { get; init; } = (1 << 16) - 64;

    /// <summary>Rows in as many parts as there are to be blobs.</summary>
    /// <param name="size">Bytes of a row.</param>
    public IEnumerable<List<T>> Parts<T>(IEnumerable<T> rows, Func<T, int> size)
    {
        var (part, bytes) = (new List<T>(), 0);
        foreach (var row in rows)
        {
            if (part.Count >= Most || (part.Count > 0 && bytes + size(row) > MostBytes))
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(row);
            bytes += size(row);
        }

        if (part.Count > 0)
            yield return part;
    }
}
