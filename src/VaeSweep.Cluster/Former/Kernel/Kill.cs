namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Makes the actor fail with <see cref="ActorKilledException"/>, which by default stops it.</summary>
public sealed record Kill
{
    private Kill()
    {
    }

    public static Kill Instance { get; } = new();
}
