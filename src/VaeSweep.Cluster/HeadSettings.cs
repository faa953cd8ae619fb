using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Files;
using VaeSweep.Store;

namespace VaeSweep.Cluster;

/// <summary>Which store a head has, where it answers, and how patient it is.</summary>
public sealed record HeadSettings
{
    /// <summary>Path of the store's file, which is made where there is none. Null where <see cref="Store"/> is given.</summary>
    public string? StorePath { get; init; }

    /// <summary>A store that is open already, in place of <see cref="StorePath"/>: the head closes it, and announces itself
    /// nowhere.</summary>
    public LedgerStore? Store { get; init; }

    /// <summary>That the head listens on, and is called by.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>It talks TLS with whoever has its key file; else plain TCP, which is for loopback alone.</summary>
    public bool HasKey { get; init; }

    /// <summary>Where the key file is or goes; null for <see cref="Security.HeadKeys.JoinPathOf"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>It ends with its command, and says so: another `run` of this machine that has joined it may go on in its
    /// place.</summary>
    public bool Leaves { get; init; }

    /// <summary>A node that was not heard for so long has lost its trials.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The program's version, for people.</summary>
    public string Product { get; init; } = "";

    /// <summary>Checkpoints and models are in it, or in a folder of this store's own in it
    /// (<see cref="Files.ArtifactsFolder"/>); null where the head sees none.</summary>
    public string? ArtifactsFolder { get; init; }

    /// <summary>The path of a data set that somebody added, by its checksum, if it is on this machine; null where nobody
    /// looks. Nodes that lack it are sent it.</summary>
    public Func<string, string?>? FindData { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Is told of <see cref="StoreUnreachable"/> and <see cref="StoreRecovered"/>, from the thread that it happens on:
    /// must return at once and not throw.</summary>
    public Action<NodeEvent>? OnEvent { get; init; }

    internal ArtifactDisk Disk { get; init; } = new();
}
