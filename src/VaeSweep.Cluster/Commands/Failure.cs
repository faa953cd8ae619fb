using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cluster.Commands;

/// <summary>Why a call failed. Becomes an exception of the same type on the other side; the words are the head's.</summary>
/// <param name="Kind">One of those below; of another version's kinds, a <see cref="StoreException"/> is made.</param>
/// <param name="Position">Of <see cref="StoreQueryException"/>.</param>
/// <param name="Path">Of <see cref="StoreFullException"/>, as are the two that follow.</param>
internal sealed record Failure(
    string Kind, string Message, int? Position = null, string? Path = null, long Needed = 0, long Free = 0)
{
    /// <summary>Of a command that may not ask this head, or does not speak its language.</summary>
    public const string Refused = "refused";

    /// <summary>The head does not know the call: it ended, or the head is another one now.</summary>
    public const string Forgotten = "forgotten";

    private const string Store = "store";

    public static Failure Of(Exception failure) => failure switch
    {
        StoreQueryException query => new("query", query.Message, query.Position),
        StoreFullException full => new("full", full.Message, null, full.Path, full.Needed, full.Free),
        StoreDamagedException => new("damaged", failure.Message),
        StoreOutdatedException => new("outdated", failure.Message),
        StoreInUseException => new("in use", failure.Message),
        StoreUnreachableException => new("unreachable", failure.Message),
        StoreException => new(Store, failure.Message),
        ArgumentOutOfRangeException => new("range", failure.Message),
        ArgumentException => new("argument", failure.Message),
        OperationCanceledException => new("cancelled", failure.Message),
        NotSupportedException => new("not supported", failure.Message),
        InvalidOperationException and not ObjectDisposedException => new("operation", failure.Message),
        ObjectDisposedException => new(Store, "The head is ending: its store is closed. Ask again when it is back."),
        _ => new(Store, $"The head could not carry this out: {failure.GetType().Name}: {failure.Message}"),
    };

    /// <param name="address">Of the head.</param>
    public Exception ToException(string address) => Kind switch
    {
        "query" => new StoreQueryException(Message, Position),
        "full" => new StoreFullException(Path ?? "", Needed, Free),
        "damaged" => new StoreDamagedException(Message),
        "outdated" => new StoreOutdatedException(Message),
        "in use" => new StoreInUseException(Message, null),
        "unreachable" => new StoreUnreachableException(Message),
        Forgotten => new StoreUnreachableException($"The head at {address} was lost in the middle of this: {Message}"),
        "range" => new ArgumentOutOfRangeException(null, Message),
        "argument" => new ArgumentException(Message),
        "cancelled" => new OperationCanceledException(Message),
        "not supported" => new NotSupportedException(Message),
        "operation" => new InvalidOperationException(Message),
        Refused => new StoreException($"The head at {address} refuses this command: {Message}"),
        _ => new StoreException(Message),
    };
}
