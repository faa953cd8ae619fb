namespace VaeSweep.Cluster.Protocol;

/// <summary>How often a node speaks.</summary>
public sealed record GatewayOptions
{
    public static GatewayOptions Usual { get; } = new();

    /// <summary>An unanswered <see cref="Hello"/> is said again.</summary>
    public TimeSpan HelloEvery { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan BeatEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two beats, however much changes.</summary>
    public TimeSpan BeatsApart { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Entries that the head does not confirm are sent again.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A batch is cut before it would become larger.</summary>
    public int BatchBytes { get; init; } = 200_000;

    /// <summary>Bytes of entries that are kept while the head is away, before trainers are made to wait.</summary>
    public long OutboxBytes { get; init; } = 64_000_000;
}
