using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>How a node stands; every second, and when it has changed.</summary>
/// <param name="Number">Grows within the session: an earlier one that comes later is ignored.</param>
/// <param name="Held">Attempts that wait, train, or have ended without the head having confirmed it. What the head believes the
/// node to hold and is not here is granted elsewhere.</param>
/// <param name="Load">How busy it is: one line of JSON.</param>
/// <param name="Note">What a person should know about it.</param>
public sealed record Beat(
    Session Session, History History, long Number, IReadOnlyList<AttemptFence> Held, IReadOnlyList<DeviceStatus> Devices,
    string? Load, string? Note) : Message(Session)
{
    /// <summary>The node leaves and holds nothing any more: the head is to list it as gone. Said until <see cref="Ack.Left"/>
    /// says that it is.</summary>
    public bool Leaves { get; init; }
}

/// <summary>What one device does and wants.</summary>
/// <param name="Device">cuda:0, cpu:1, ...</param>
/// <param name="Lanes">Trials that it trains together.</param>
/// <param name="Want">The number of the next <see cref="Grant"/> that it takes. It is one more once that was taken: this is how
/// the head learns that a grant has arrived, and that those before it will not be taken any more.</param>
/// <param name="Count">Trials that it would take now; 0 for none.</param>
public sealed record DeviceStatus(string Device, int Lanes, long Want, int Count)
{
    /// <summary>See <see cref="ClaimRequest.Stack"/>.</summary>
    public string? Stack { get; init; }

    /// <summary>See <see cref="ClaimRequest.Provenance"/>; null while it wants nothing.</summary>
    public string? Provenance { get; init; }

    /// <summary>For how long it takes nothing, because of trouble with the machine; zero when it does not rest.</summary>
    public TimeSpan RestsFor { get; init; }
}
