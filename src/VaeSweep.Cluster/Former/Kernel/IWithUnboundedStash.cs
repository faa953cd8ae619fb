namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An actor that sets messages aside. The property is filled in before PreStart.</summary>
public interface IWithUnboundedStash
{
    IStash Stash { get; set; }
}
