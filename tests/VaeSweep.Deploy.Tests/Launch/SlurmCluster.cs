using System.Net;
using System.Security.Cryptography;

namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>A Slurm of one node on the loopback, from the installed programs, gone after the test with all that it ran.</summary>
internal sealed class SlurmCluster : IAsyncDisposable
{
    /// <summary>What Slurm calls the second run of a job that it has put back: not before this time.</summary>
    private const string Waiting = "PENDING";

    private readonly string _folder;
    private readonly List<Daemon> _daemons = [];

    private SlurmCluster(string folder) => _folder = folder;

    /// <summary>For every command of Slurm and whatever calls one.</summary>
    public Dictionary<string, string?> Environment { get; } = new(StringComparer.Ordinal);

    public static async Task<SlurmCluster> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var (munged, slurmctld, slurmd) =
            (Needs.Program("munged", "munge"), Needs.Program("slurmctld", "slurm-wlm"), Needs.Program("slurmd", "slurm-wlm"));
        var cluster = new SlurmCluster(folder);
        try
        {
            cluster.Environment["SLURM_CONF"] = cluster.Configure();
            cluster.Run("munged", munged, "--foreground", "--force", $"--socket={cluster.In("munge")}",
                $"--key-file={cluster.In("key")}", $"--pid-file={cluster.In("munge.pid")}",
                $"--log-file={cluster.In("munge.log")}", $"--seed-file={cluster.In("seed")}");
            await Until.HoldsAsync(() => File.Exists(cluster.In("munge")), cluster.Logs, cancellationToken);
            cluster.Run("slurmctld", slurmctld, "-D", "-i");
            cluster.Run("slurmd", slurmd, "-D", "-N", Dns.GetHostName());
            await Until.HoldsAsync(async () =>
                (await cluster.TryAsync(cancellationToken, "sinfo", "-h", "-o", "%t")).Out.Trim() == "idle", cluster.Logs,
                    cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every job that is not over: its number, and its state in words.</summary>
    public async Task<IReadOnlyDictionary<string, string>> JobsAsync(CancellationToken cancellationToken) =>
        (await DoAsync(cancellationToken, "squeue", "-h", "-r", "-o", "%i %T")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).ToDictionary(job => job[0], job => job[1], StringComparer.Ordinal);

    /// <summary>Waits for a job to be back in the queue, where Slurm keeps it for two minutes, and lets it begin much earlier:
    /// not at once, since a node refuses what was made within the second in which it ended the job's first run.</summary>
    public async Task BeginAgainAsync(string job, CancellationToken cancellationToken)
    {
        await Until.HoldsAsync(async () => (await JobsAsync(cancellationToken)).GetValueOrDefault(job) == Waiting, Logs,
            cancellationToken);
        await DoAsync(cancellationToken, "scontrol", "update", $"JobId={job}", "TimeLimit=60", "StartTime=now+3seconds");
    }

    /// <returns>What the command said.</returns>
    public async Task<string> DoAsync(CancellationToken cancellationToken, string command, params string[] arguments) =>
        (await TryAsync(cancellationToken, command, arguments)).Succeeded($"{command} {string.Join(' ', arguments)}").Out;

    public string Logs() => string.Join('\n', _daemons.Select(d => d.Log));

    public async ValueTask DisposeAsync()
    {
        if (_daemons.Count > 1)
        {
            await TryAsync(CancellationToken.None, "scancel", "--full", "--signal=KILL", $"--user={System.Environment.UserName}");
            await TryAsync(CancellationToken.None, "scancel", $"--user={System.Environment.UserName}");
            await Until.HoldsAsync(async () => (await JobsAsync(CancellationToken.None)).Count == 0, Logs,
                CancellationToken.None);
        }

        for (var i = _daemons.Count - 1; i >= 0; i--)
            await _daemons[i].DisposeAsync();
    }

    private Task<Said> TryAsync(CancellationToken cancellationToken, string command, params string[] arguments) =>
        Said.RunAsync(_folder, Environment, command, arguments, cancellationToken);

    private void Run(string name, params string[] command) =>
        _daemons.Add(Daemon.Start(_folder, In($"{name}.out"), Environment, command));

    private string In(string name) => Path.Combine(_folder, name);

    private string Configure()
    {
        foreach (var folder in new[] { _folder, In("state"), In("spool") })
            Directory.CreateDirectory(folder);

        using (var key = new FileStream(
            In("key"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            key.Write(RandomNumberGenerator.GetBytes(128));
        }

        var (host, user) = (Dns.GetHostName(), System.Environment.UserName);
        var path = In("slurm.conf");
        // Without cgroups, which a container may lack. The node has more processors here than it may have in truth.
        File.WriteAllText(
            path,
            $"""
            ClusterName=test
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={Ports.Free()}
            SlurmdPort={Ports.Free()}
            AuthType=auth/munge
            AuthInfo=socket={In("munge")}
            CredType=cred/munge
            SlurmUser={user}
            SlurmdUser={user}
            StateSaveLocation={In("state")}
            SlurmdSpoolDir={In("spool")}
            SlurmctldPidFile={In("slurmctld.pid")}
            SlurmdPidFile={In("slurmd.pid")}
            SlurmdParameters=config_overrides
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            MpiDefault=none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=100000
            ReturnToService=2
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=lab Default=YES Nodes={host} State=UP

            """);
        return path;
    }
}
