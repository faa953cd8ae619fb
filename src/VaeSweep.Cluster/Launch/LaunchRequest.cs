namespace VaeSweep.Cluster.Launch;

/// <summary>Workers to be started somewhere. Holds no secret: the key is in a file, and never part of a command or a
/// script.</summary>
public sealed record LaunchRequest
{
    /// <summary>HOST:PORT of the head that they join.</summary>
    public required string Head { get; init; }

    /// <summary>The head's join file, on this machine; null where the head is on this machine and has no key.</summary>
    public string? KeyFile { get; init; }

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

    /// <summary>Seconds that a worker is given to bring its trials to a checkpoint.</summary>
    public int GraceSeconds { get; init; } = 120;

    /// <summary>Folder of keys on a machine that gets a copy, in the home folder.</summary>
    internal const string KeyFolder = ".config/vaesweep";

    /// <summary>Name of a copy of the key: one for each head.</summary>
    internal string KeyName => $"{string.Concat(Head.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'))}.key";

    /// <summary>What every launcher puts into a worker's environment.</summary>
    /// <param name="keyFile">Where the worker finds the key.</param>
    internal IEnumerable<(string Name, string Value)> Environment(string? keyFile)
    {
        yield return ("VAESWEEP_HEAD", Head);
        if (keyFile is not null)
            yield return ("VAESWEEP_KEY", keyFile);
        if (DataFolder is not null)
            yield return ("VAESWEEP_DATA", DataFolder);
    }

    /// <summary>Devices of one node as `worker --devices` takes them.</summary>
    internal string Devices => GpusPerNode > 0 ? "cuda" : $"cpu:{CpusPerNode}";

    internal IEnumerable<string> WorkerCommand() => [Program, "worker", "--devices", Devices, .. Arguments];
}
