namespace VaeSweep.Store;

/// <summary>What both stores say about their schema's version.</summary>
internal static class SchemaWords
{
    private const int NodesNamed = 5;

    public static StoreOutdatedException Newer(string location, int found, int known) => new(
        $"The store {location} has schema {found}, written by a newer VaeSweep; this one knows up to {known}. Update VaeSweep.");

    /// <param name="nodes">Host and version of each that is at work.</param>
    public static StoreException InUse(string location, int found, int newest, IReadOnlyList<(string Host, string Version)> nodes)
    {
        var named = string.Join(", ", nodes.Take(NodesNamed).Select(node => $"{node.Host} (vaesweep {node.Version})")) + (nodes.Count > NodesNamed ? ", ..." : "");
        return new StoreException(
            $"The store {location} has schema {found}, this VaeSweep brings {newest}, and {nodes.Count} {(nodes.Count == 1 ? "node is" : "nodes are")} at work on it that may not know it: {named}. "
            + "Stop them first (one that was killed is forgotten after 20 s), or let them be driven out in order by: vaesweep store migrate --force");
    }
}
