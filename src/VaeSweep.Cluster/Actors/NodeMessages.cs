using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Actors;

/// <summary>To a node: bring every trial to a checkpoint, give it back, and go.</summary>
internal sealed record Leave(RunOutcome Outcome);

/// <summary>From a gateway to its node: the head does not let it serve.</summary>
internal sealed record TurnedAway(string Reason);

/// <summary>From a gateway to its node: ends of attempts are durable at the head.</summary>
internal sealed record EndsKept;

/// <summary>From a gateway to its node: nothing is left to be told, or it was not to be waited for.</summary>
/// <param name="Unconfirmed">Entries that no head has confirmed.</param>
internal sealed record Settled(int Unconfirmed);

/// <summary>From a worker to its node: it holds nothing, and its trainer is closed.</summary>
internal sealed record Drained(string Device);

/// <summary>From a worker to its node: its trainer cannot be used.</summary>
internal sealed record DeviceFailed(string Device, string Reason);

/// <summary>From a worker to its node.</summary>
internal sealed record Trains(string Device, bool IsTraining);

/// <summary>From a worker to its node.</summary>
/// <param name="Provenance">Of its trainer.</param>
internal sealed record TrainerKnown(string Provenance);

/// <summary>From the survey to its node: how the sweeps that matter to it stand.</summary>
internal sealed record Surveyed(IReadOnlyList<SweepStatus> Sweeps);

/// <summary>To the survey: something ended here, look soon.</summary>
/// <param name="Last">Nothing is left to train here, and the node may be waiting for nothing but this look: at once, whatever
/// looks cost.</param>
internal sealed record LookNow(bool Last = false);

/// <summary>From a worker to the gateway: what an attempt tells, in its order.</summary>
internal sealed record Told(Entry Entry);

/// <summary>From a worker to the gateway, after <see cref="Told"/>: how its device stands
/// (<see cref="WorkerState.Show"/>).</summary>
internal sealed record Shown(DeviceStatus Status, IReadOnlyList<AttemptFence> Held);

/// <summary>From a node to the gateway: a device has no worker any more.</summary>
/// <param name="Reason">Why its worker failed, with all that it held; null when it left in order.</param>
internal sealed record DeviceGone(string Device, string? Reason);

/// <summary>From a worker to the node: why its device trains nothing now; null once it does again.</summary>
internal sealed record Rests(string Device, string? Reason);

/// <summary>From a node to the gateway: what a person should know of it.</summary>
internal sealed record Noted(string? Note);

/// <summary>From a node to the gateway: how many of its devices train.</summary>
internal sealed record Busy(int Training);

/// <summary>From a node to the gateway: say <see cref="Settled"/> when all is told.</summary>
/// <param name="Now">Do not wait for that.</param>
internal sealed record Settle(bool Now);

/// <summary>From a gateway to its workers: all attempts are another history's.</summary>
internal sealed record LoseAll;

/// <summary>From a node to its workers: give everything back, then say <see cref="Drained"/>.</summary>
internal sealed record Drain;
