namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A message and who sent it.</summary>
internal readonly record struct Envelope(object Message, IActorRef? Sender);
