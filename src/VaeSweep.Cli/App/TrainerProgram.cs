using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>The hidden command `trainer`: this program as the child process that hosts libtorch for one device.</summary>
internal static class TrainerProgram
{
    public const string Name = "trainer";

    /// <summary>What `run` and `worker` train with: this program again, as trainers.</summary>
    public static ITrainerLauncher CreateLauncher() =>
        new ProcessTrainerLauncher(TrainerCommand.ForThisProgram(Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"), Name));
}
