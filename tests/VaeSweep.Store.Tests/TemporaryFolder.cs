namespace VaeSweep.Store.Tests;

/// <summary>A folder that goes when the test does; in memory where the system has such a place, because every commit syncs its
/// file.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string MemoryFolder = "/dev/shm";

    private readonly string _path = Directory.Exists(MemoryFolder)
        ? Directory.CreateDirectory(Path.Combine(MemoryFolder, $"vaesweep-store-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("vaesweep-store-").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
