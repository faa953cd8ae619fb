using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

internal sealed class ScriptedLauncher(TimeProvider clock, FakeDisk disk, TrainerScript script) : ITrainerLauncher
{
    public List<ScriptedTrainer> Started { get; } = [];

    /// <summary>Called before a trainer starts; may throw and may wait.</summary>
    public Func<string, CancellationToken, Task> BeforeStart { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken)
    {
        await BeforeStart(device, cancellationToken);
        var trainer = new ScriptedTrainer(device, clock, disk, script);
        Started.Add(trainer);
        return trainer;
    }
}
