using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Files;

/// <summary>A folder of one node's own, for what is on its way to a head that does not see it. Its name is no other node's, so
/// that nothing in it is ever another's file; it goes with the node, and what a killed node has left goes with the next one of
/// the same machine.</summary>
internal sealed class NodeFolder : IDisposable
{
    private const string Prefix = ".node-";
    private const string LockSuffix = ".lock";

    private readonly FileStream _lock;

    private NodeFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <param name="parent">Other nodes may have theirs in it, those of other machines too.</param>
    /// <param name="node">See <see cref="NodeIdentity"/>.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static NodeFolder Take(string parent, string node)
    {
        Directory.CreateDirectory(parent);
        var path = System.IO.Path.Combine(parent, Prefix + Artifacts.SafeName(node));
        // Before the folder is there: what has no lock that is held is a dead node's.
        var held = new FileStream(path + LockSuffix, FileMode.Create, FileAccess.Write, FileShare.None);
        // Of other machines locks may not be seen.
        var ofThisMachine = Prefix + Artifacts.SafeName(node[..(node.IndexOf(':', StringComparison.Ordinal) + 1)]);
        foreach (var other in Directory.GetFiles(parent, $"{ofThisMachine}*{LockSuffix}").Where(one => one != path + LockSuffix))
            Try(() => DeleteDead(other));
        Directory.CreateDirectory(path);
        return new NodeFolder(path, held);
    }

    public void Dispose()
    {
        Try(() => Directory.Delete(Path, recursive: true));
        Try(() => File.Delete(_lock.Name));
        _lock.Dispose();
    }

    /// <summary>What cannot be deleted costs space, and nothing else.</summary>
    public static void Try(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Such as: it is gone already.
        }
    }

    private static void DeleteDead(string lockFile)
    {
        using var held = new FileStream(lockFile, FileMode.Open, FileAccess.Write, FileShare.None);
        var folder = lockFile[..^LockSuffix.Length];
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        File.Delete(lockFile);
    }
}
