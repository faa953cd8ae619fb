using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Actors;

/// <summary>What a coordinator works with.</summary>
/// <param name="Ready">Told once, when the first step has been kept.</param>
internal sealed record HeadParts(
    LedgerStore Store, HeadOptions Options, TimeProvider Time, ILoggerFactory Loggers, StoreTrouble Trouble,
    Action<IActorRef> Ready)
{
    /// <summary>Told when a step was kept that may have ended trials: a search may go on.</summary>
    public Action? Kept { get; init; }
}
