using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>A node begins a conversation. Said again until the head has answered with <see cref="Ack"/> or
/// <see cref="Refused"/>.</summary>
/// <param name="Protocol">Of the sender; <see cref="MessageCodec.Version"/>. Of another version only this, the session and the
/// product version can be read.</param>
/// <param name="History">That the node holds attempts of; <see cref="History.None"/> when it holds none.</param>
/// <param name="Token">Shows that the node may serve here.</param>
/// <param name="Filter">The only sweep that it trains; null for all.</param>
/// <param name="First">The number of the first entry that the node still has, or will have.</param>
/// <param name="Info">What people see of the node.</param>
public sealed record Hello(
    Session Session, int Protocol, History History, string Token, string? Filter, long First, NodeInfo Info) : Message(Session);
