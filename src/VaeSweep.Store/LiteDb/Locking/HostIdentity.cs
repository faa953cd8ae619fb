namespace VaeSweep.Store.LiteDb;

/// <summary>Which running system this is. Containers on one kernel count as one: they share the memory that SQLite's locks live
/// in.</summary>
/// <param name="Machine">Stays over restarts.</param>
/// <param name="Boot">Changes with every start.</param>
internal sealed record HostIdentity(string Name, string Machine, string Boot)
{
    public static HostIdentity Current { get; } = new(
        Environment.MachineName,
        FirstLine("/etc/machine-id") ?? Environment.MachineName,
        FirstLine("/proc/sys/kernel/random/boot_id") ?? Environment.MachineName);

    private static string? FirstLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault(line => line.Length > 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
