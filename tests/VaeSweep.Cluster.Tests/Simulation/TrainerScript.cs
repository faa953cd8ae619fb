using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>What scripted trainers do, and a record of what they were given.</summary>
public sealed class TrainerScript
{
    public int Epochs { get; init; } = 5;

    public int CheckpointEvery { get; init; } = 2;

    public Func<TrainerJob, TimeSpan> EpochTime { get; set; } = _ => TimeSpan.FromSeconds(1);

    /// <summary>May throw what a trainer's crash throws.</summary>
    public Action<TrainerJob, TrainerTrial, int> BeforeEpoch { get; set; } = (_, _, _) => { };

    public Func<TrainerTrial, int, TrialFailed?> FailsAt { get; set; } = (_, _) => null;

    /// <summary>Does not hear a stop.</summary>
    public bool Deaf { get; set; }

    /// <summary>What reports tell besides numbers.</summary>
    public Func<TrainerTrial, int, IReadOnlyList<TrialEvent>> Events { get; set; } = (_, _) => [];

    /// <summary>What trainers say their numbers depend on.</summary>
    public string Provenance { get; set; } = """{"trainer":"scripted"}""";

    public List<TrainerJob> Jobs { get; } = [];

    public static TrainerCrashedException Crash(int exitCode = 139, string lastLines = "segmentation fault") =>
        new($"The trainer crashed with exit code {exitCode}.", exitCode, lastLines);
}
