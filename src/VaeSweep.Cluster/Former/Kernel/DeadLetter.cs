namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A message that reached nobody: its receiver had ended. Published on the <see cref="EventStream"/>.</summary>
public sealed record DeadLetter(object Message, IActorRef? Sender, IActorRef Recipient);
