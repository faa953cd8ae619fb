namespace VaeSweep.Cluster.Protocol;

/// <summary>How a head treats its nodes.</summary>
public sealed record HeadOptions
{
    /// <summary>A node that was not heard for so long has lost its trials.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a node must show in its <see cref="Hello"/>; empty for nothing.</summary>
    public string Token { get; init; } = "";

    /// <summary>The program's version, for people.</summary>
    public string Product { get; init; } = "";

    /// <summary>For so long after its last message a node's wants are served: what is granted to one that is gone waits for a
    /// whole lease.</summary>
    public TimeSpan WantsHoldFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Trials in one <see cref="Grant"/>.</summary>
    public int MostGranted { get; init; } = 64;

    /// <summary>How often a node's load and note are stored, for people.</summary>
    public TimeSpan ShownEvery { get; init; } = TimeSpan.FromSeconds(10);
}
