using VaeSweep.Cluster.Files;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>Files without a disk: what a checkpoint holds is the number of epochs it covers.</summary>
internal sealed class FakeDisk : ArtifactDisk
{
    private readonly Dictionary<string, int> _files = new(StringComparer.Ordinal);

    public List<string> Deleted { get; } = [];

    public IReadOnlyCollection<string> All => _files.Keys;

    public override IReadOnlyList<string> Files(string folder) =>
        [.. _files.Keys.Where(path => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))];

    public override bool Exists(string path) => _files.ContainsKey(path);

    public override bool IsSound(string path) => Exists(path);

    public override void CreateFolder(string path)
    {
    }

    public override int Delete(IEnumerable<string> paths)
    {
        var before = _files.Count;
        foreach (var path in paths)
        {
            _files.Remove(path);
            Deleted.Add(path);
        }

        return before - _files.Count;
    }

    public void Write(string path, int epoch) => _files[path] = epoch;

    public int Read(string path) => _files[path];

    public void Lose(string path) => _files.Remove(path);
}
