namespace VaeSweep.Cluster.Launch;

/// <summary>One worker on each of some machines that ssh reaches without a question.</summary>
internal sealed class SshLauncher : ILauncher
{
    public string Name => "ssh";

    public string Description => "one process on each host of --hosts";

    public LaunchPlan Plan(LaunchRequest request)
    {
        if (request.Hosts.Count == 0)
        {
            throw new ArgumentException("ssh needs --hosts a,b,...: the machines to start a worker on.");
        }

        if (request.Hosts.FirstOrDefault(host => host.StartsWith('-')) is { } option)
        {
            throw new ArgumentException($"'{option}' is no host.");
        }

        string[] ssh = ["ssh", .. request.SshConfig is { } config ? new[] { "-F", config } : [], "-o", "BatchMode=yes"];
        var environment = request.Environment().Select(v => $"{v.Name}={v.Value}");
        var worker = $"setsid env {Shell.Line([.. environment, .. request.WorkerCommand()])} >>vaesweep-worker.log 2>&1 </dev/null &";
        return new LaunchPlan(
            [], [.. request.Hosts.Select(host => (IReadOnlyList<string>)[.. ssh, host, worker])],
            "vaesweep nodes lists them; each writes vaesweep-worker.log in its home folder and leaves in order on SIGTERM");
    }
}
