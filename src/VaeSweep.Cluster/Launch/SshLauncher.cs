namespace VaeSweep.Cluster.Launch;

/// <summary>One worker on each of some machines that ssh reaches without a question.</summary>
internal sealed class SshLauncher : ILauncher
{
    public string Name => "ssh";

    public string Description => "one process on each host of --hosts";

    public LaunchPlan Plan(LaunchRequest request)
    {
        if (request.Hosts.Count == 0)
            throw new ArgumentException("ssh needs --hosts a,b,...: the machines to start a worker on.");

        if (request.Hosts.FirstOrDefault(host => host.StartsWith('-')) is { } option)
            throw new ArgumentException($"'{option}' is no host.");

        if (request.KeyFile is not { } key)
            throw new ArgumentException("ssh needs --key FILE: the head's join file, of which each host gets a copy.");
        string[] ssh = ["ssh", .. request.SshConfig is { } config ? new[] { "-F", config } : [], "-o", "BatchMode=yes"];
        var there = $"{LaunchRequest.KeyFolder}/{request.KeyName}";
        var environment = request.Environment(there).Select(v => $"{v.Name}={v.Value}");
        var worker = $"setsid env {Shell.Line([.. environment, .. request.WorkerCommand()])} >>vaesweep-worker.log 2>&1 "
            + "</dev/null &";
        // Through the connection and into a file that is the user's alone from its first byte: no argument ever holds the key.
        var take = $"umask 077; mkdir -p {LaunchRequest.KeyFolder} && cat >{Shell.Quote(there)}.new && "
            + $"mv {Shell.Quote(there)}.new {Shell.Quote(there)}";
        return new LaunchPlan(
            [],
            [
                .. request.Hosts.SelectMany(host => (IReadOnlyList<string>[])
                [
                    ["sh", "-c", $"{Shell.Line([.. ssh, host, take])} <{Shell.Quote(key)}"],
                    [.. ssh, host, worker],
                ]),
            ],
            "vaesweep nodes lists them; each writes vaesweep-worker.log in its home folder and leaves in order on SIGTERM");
    }
}
