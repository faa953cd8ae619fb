namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A message that its receiver has no handler for. Published on the <see cref="EventStream"/>.</summary>
public sealed record UnhandledMessage(object Message, IActorRef Sender, IActorRef Recipient);
