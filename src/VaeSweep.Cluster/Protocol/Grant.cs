using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>Trials for a device, in answer to a <see cref="Beat"/> that wanted them, and again for each further one that still
/// does. Leaves after it was committed that they run there.</summary>
/// <param name="Number">The <see cref="DeviceStatus.Want"/> that it answers; of any other it is ignored.</param>
/// <param name="Trials">At least one; all may train together.</param>
public sealed record Grant(Session Session, History History, string Device, long Number, IReadOnlyList<Dispatch> Trials)
    : Message(Session);

/// <summary>A granted trial with its whole configuration, in canonical JSON.</summary>
public sealed record Dispatch(Granted Trial, string ConfigJson)
{
    public AttemptFence Attempt => Trial.Attempt;
}
