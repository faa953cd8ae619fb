namespace VaeSweep.Cluster.Files;

/// <summary>A node's own folder for files that are kept in the store. Gone with the node; what a killed one left is cleared by the next.</summary>
internal static class Scratch
{
    /// <summary>Neither part of a node's name, so that the name can be read back.</summary>
    private const char Separator = '~';

    public static string Create(string parent, string node)
    {
        Directory.CreateDirectory(parent);
        foreach (var left in Directory.EnumerateDirectories(parent))
        {
            if (NodeIdentity.IsDeadHere(Path.GetFileName(left).Replace(Separator, ':')))
            {
                Delete(left);
            }
        }

        var folder = Path.Combine(parent, node.Replace(':', Separator));
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>What cannot be deleted stays: it costs space, nothing else.</summary>
    public static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A trainer that is just ending may still write; the next node clears it.
        }
    }
}
