namespace VaeSweep.Cluster.Commands;

/// <summary>Carries frames between a command and the desk of a head. Only bytes: what they mean is the two ends'
/// matter.</summary>
internal interface ICommandLink : IAsyncDisposable
{
    /// <summary>Of the head, for a person: HOST:PORT.</summary>
    string Address { get; }

    /// <summary>Sends a frame and waits for the one that answers it, which has the same call and step. May send it several times:
    /// a desk answers a repeated step as it did before.</summary>
    /// <exception cref="Store.StoreUnreachableException">No answer came in time, or nobody is there.</exception>
    Task<byte[]> AskAsync(byte[] frame, CancellationToken cancellationToken);

    /// <summary>Sends a frame that nobody answers.</summary>
    void Tell(byte[] frame);
}
