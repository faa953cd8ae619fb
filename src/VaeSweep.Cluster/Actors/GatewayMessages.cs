using Akka.Actor;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Actors;

/// <summary>To a node's gateway: there is a way to a head. Protocol messages go to <paramref name="Wire"/>, and what the head
/// answers is told to the gateway by whomever.</summary>
/// <param name="Wire">The coordinator itself in its own process, elsewhere the actor that passes messages on.</param>
internal sealed record Connected(IActorRef Wire);

/// <summary>To a node's gateway: the way to the head is gone.</summary>
/// <param name="Wire">Of an earlier way, it says nothing.</param>
internal sealed record Disconnected(IActorRef Wire);

/// <summary>To a coordinator: a node's process is known to have ended (<see cref="HeadState.Gone"/>).</summary>
internal sealed record NodeGone(string Node);

/// <summary>To a coordinator: a node cannot be reached now (<see cref="HeadState.Unreachable"/>).</summary>
internal sealed record NodeUnreachable(string Node);
