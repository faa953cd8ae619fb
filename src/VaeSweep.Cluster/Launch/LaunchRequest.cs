namespace VaeSweep.Cluster.Launch;

/// <summary>Workers to be started somewhere. Holds no secret: the password is in a file that <see cref="PassFile"/> names, where the workers run.</summary>
public sealed record LaunchRequest
{
    /// <summary>The store's address without a password.</summary>
    public required string Store { get; init; }

    /// <summary>The program, as it is called where the workers run.</summary>
    public required string Program { get; init; }

    /// <summary>What comes after `worker`.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public int Nodes { get; init; } = 1;

    /// <summary>Of each node; 0 trains on the CPU.</summary>
    public int GpusPerNode { get; init; }

    /// <summary>Of each node.</summary>
    public int CpusPerNode { get; init; } = 1;

    /// <summary>Machines, for ssh.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>A configuration of ssh other than the user's own: ports, keys, users, jump hosts.</summary>
    public string? SshConfig { get; init; }

    /// <summary>PostgreSQL's password file, on the machines where the workers run; for Kubernetes, here.</summary>
    public string? PassFile { get; init; }

    /// <summary>Where data sets are, there; null leaves it to the workers.</summary>
    public string? DataFolder { get; init; }

    /// <summary>hours:minutes:seconds, for Slurm.</summary>
    public string? TimeLimit { get; init; }

    /// <summary>Slurm's partition.</summary>
    public string? Partition { get; init; }

    /// <summary>Largest job array that Slurm takes (MaxArraySize); more workers are several arrays.</summary>
    public int ArrayLimit { get; init; } = 1000;

    /// <summary>Kubernetes' container image.</summary>
    public string? Image { get; init; }

    /// <summary>Kubernetes' namespace.</summary>
    public string Namespace { get; init; } = "vaesweep";

    /// <summary>Also run a PostgreSQL in the Kubernetes cluster.</summary>
    public bool WithPostgres { get; init; }

    /// <summary>Seconds that a worker is given to bring its trials to a checkpoint.</summary>
    public int GraceSeconds { get; init; } = 120;

    /// <summary>What every launcher puts into a worker's environment.</summary>
    internal IEnumerable<(string Name, string Value)> Environment()
    {
        yield return ("VAESWEEP_STORE", Store);
        if (PassFile is not null)
        {
            yield return ("PGPASSFILE", PassFile);
        }

        if (DataFolder is not null)
        {
            yield return ("VAESWEEP_DATA", DataFolder);
        }
    }

    /// <summary>Devices of one node as `worker --devices` takes them.</summary>
    internal string Devices => GpusPerNode > 0 ? "cuda" : $"cpu:{CpusPerNode}";

    internal IEnumerable<string> WorkerCommand() => [Program, "worker", "--devices", Devices, .. Arguments];
}
