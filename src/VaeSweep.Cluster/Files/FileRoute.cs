namespace VaeSweep.Cluster.Files;

/// <summary>Where a head takes and gives files, once it has said so. Written by a node's wire, read by who sends.</summary>
internal sealed class FileRoute
{
    private volatile Place? _place;

    public Place? Current => _place;

    /// <param name="port">0 for nowhere.</param>
    public void Set(string host, int port) => _place = port > 0 ? new Place(host.Trim('[', ']'), port) : null;

    internal sealed record Place(string Host, int Port);
}
