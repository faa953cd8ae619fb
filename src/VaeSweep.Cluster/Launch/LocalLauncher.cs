namespace VaeSweep.Cluster.Launch;

/// <summary>Processes of this machine that outlive the shell.</summary>
internal sealed class LocalLauncher : ILauncher
{
    public string Name => "local";

    public string Description => "processes on this machine";

    public LaunchPlan Plan(LaunchRequest request)
    {
        var environment = request.Environment(request.KeyFile).Select(v => $"{v.Name}={v.Value}");
        var commands = Enumerable.Range(0, request.Nodes).Select(i => (IReadOnlyList<string>)
        [
            "sh", "-c", $"setsid env {Shell.Line([.. environment, .. request.WorkerCommand()])} "
                + $">>{Shell.Quote($"worker-{i}.log")} 2>&1 </dev/null &",
        ]);
        return new LaunchPlan([], [.. commands], "vaesweep nodes lists them; each leaves in order on SIGTERM");
    }
}
