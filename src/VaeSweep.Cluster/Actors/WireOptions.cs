using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Actors;

/// <summary>How a node reaches a head on another machine, or in another process of this one.</summary>
/// <param name="Head">HOST:PORT, exactly as the head announces it.</param>
internal sealed record WireOptions(string Head)
{
    /// <summary>HOST:PORT that the node is called by; null for the address from which it reaches the head, and any
    /// port.</summary>
    public string? Listen { get; init; }

    /// <summary>Null on loopback, where a token is enough.</summary>
    public JoinFile? Key { get; init; }

    public string Token { get; init; } = "";

    public required ILogger Logger { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told where the head takes and gives files, HOST and port, each time that it has welcomed the node.</summary>
    public Action<string, int>? OnFiles { get; init; }

    /// <summary>Told when the node has become a member (true) or serves as an outpost (false).</summary>
    public Action<bool>? OnLink { get; init; }

    /// <summary>Of the random parts of waits; differs between nodes, so that not all come at once.</summary>
    public int Seed { get; init; } = Environment.ProcessId;

    /// <summary>The first wait before trying again; it doubles.</summary>
    public TimeSpan RetryFrom { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan RetryAtMost { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Members join after a random part of it: many at once take gossip long to agree.</summary>
    public TimeSpan JoinWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A head from which nothing comes for so long, while a node's beats want answers, is away.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who was taken out of a cluster does not come in again for so long.</summary>
    public TimeSpan OutAfterRemoval { get; init; } = TimeSpan.FromMinutes(5);
}
