namespace VaeSweep.Cluster.Launch;

/// <summary>Every way to start workers.</summary>
public static class Launchers
{
    public static IReadOnlyList<ILauncher> All { get; } =
        [new LocalLauncher(), new SshLauncher(), new SlurmLauncher(), new KubernetesLauncher(), new SystemdLauncher()];
}
