namespace VaeSweep.Store;

/// <summary>Takes the rows of a query one by one, while it is being answered: an answer of any length then needs no
/// room.</summary>
/// <remarks>One thread at a time, not always the same. While it works, the query's time stands still.</remarks>
public interface IRowSink
{
    /// <summary>Comes once, before the rows.</summary>
    void Begin(IReadOnlyList<string> columns);

    /// <param name="row">Values as in <see cref="QueryResult"/>; the sink's own.</param>
    /// <returns>False when it wants no more.</returns>
    bool Add(object?[] row);
}
