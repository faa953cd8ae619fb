namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Stops the actor when it reaches this message, after all that were sent before.</summary>
public sealed record PoisonPill
{
    private PoisonPill()
    {
    }

    public static PoisonPill Instance { get; } = new();
}
