namespace VaeSweep.Store;

/// <summary>What one query may use besides time, of a LiteDB store.</summary>
public sealed record QueryLimits
{
    private const int Megabyte = 1 << 20;

    /// <summary>Memory of SQLite, of all queries of the process together: it is counted for the process as a whole.</summary>
    public const long MemoryBytes = 256 * Megabyte;

    /// <summary>Length of the SQL.</summary>
    public const int SqlBytes = Megabyte;

    /// <summary>One text or blob, on the way to a result too. Default: 4 MiB; what reads it has it several times.</summary>
    public int ValueBytes { get; init; } = 4 * Megabyte;

    /// <summary>What sorting, grouping and joining may put into temporary files. Default: 4 GiB.</summary>
    public long TemporaryBytes { get; init; } = 4096L * Megabyte;
}
