namespace VaeSweep.Store.LiteDb;

/// <summary>How <see cref="LiteDbWriter"/> groups and waits.</summary>
public sealed record WriterOptions
{
    /// <summary>Most bytes of one commit: above it a group costs more memory than it saves syncs.</summary>
    public long GroupBytes { get; init; } = 12L << 20;

    /// <summary>Pages of the log from which on it is moved into the data file.</summary>
    public int CheckpointPages { get; init; } = LiteDbFile.CheckpointPages;

    /// <summary>Bytes that stay free beside twice the log.</summary>
    public long FreeBytes { get; init; } = 16L << 20;

    /// <summary>Is told of a new trouble, such as a <see cref="StoreFullException"/>, and with null of its end; on the writer's
    /// thread.</summary>
    public Action<StoreException?>? OnTrouble { get; init; }

    /// <summary>How often a full disk is looked at again.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(1);
}
