namespace VaeSweep.Cluster.Launch;

/// <summary>A way to start workers. One file, and one line in <see cref="Launchers"/>.</summary>
public interface ILauncher
{
    /// <summary>As a person names it.</summary>
    string Name { get; }

    string Description { get; }

    /// <exception cref="ArgumentException">Something that this way needs is not said; the message names it.</exception>
    LaunchPlan Plan(LaunchRequest request);
}
