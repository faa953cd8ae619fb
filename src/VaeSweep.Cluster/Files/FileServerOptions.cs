using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Files;

/// <summary>How a head takes and gives files.</summary>
/// <param name="Root">The store's artifacts folder, in full.</param>
/// <param name="Identity">The store's.</param>
internal sealed record FileServerOptions(string Root, string Identity)
{
    /// <summary>That it listens on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Null for no TLS, on loopback alone, where the token must do.</summary>
    public HeadKeys? Keys { get; init; }

    /// <summary>What a client must say; empty where none is asked for.</summary>
    public string Token { get; init; } = "";

    public required ILogger Logger { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The path of a data set by its checksum, where this machine has it outside of the root.</summary>
    public Func<string, string?>? FindData { get; init; }

    /// <summary>Connections at once; others wait.</summary>
    public int MostStreams { get; init; } = 64;

    public long MostBytes { get; init; } = 64L << 30;

    /// <summary>Of the disk, never taken.</summary>
    public long KeepsFree { get; init; } = 256L << 20;

    /// <summary>For the first question of a connection, TLS included.</summary>
    public TimeSpan GreetsWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For each piece.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of the disk that a folder is on.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;
}
