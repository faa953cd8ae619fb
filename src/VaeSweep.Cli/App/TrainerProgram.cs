using System.CommandLine;
using VaeSweep.Cluster;
using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>The hidden command `trainer`: this program as the child process that hosts libtorch for one device.</summary>
internal static class TrainerProgram
{
    public const string Name = "trainer";

    /// <summary>What `run` and `worker` train with: this program again, as trainers.</summary>
    public static ITrainerLauncher CreateLauncher() =>
        new ProcessTrainerLauncher(TrainerCommand.ForThisProgram(Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"), Name))
        {
            Gpus = () => [.. ThisMachine.Current.Gpus.Select(gpu => gpu.Uuid)],
        };

    public static int Run(IReadOnlyList<string> arguments) => TrainerHost.Run(arguments);

    /// <summary>Reserves the name, so that it is not taken for a mistyped command; `Main` runs it before any parsing.</summary>
    public static void Add(Command root, CliHost host)
    {
        var command = new Command(Name, "Started by a node, not by hand.") { Hidden = true };
        command.SetAction(_ =>
        {
            host.Say("a trainer is started by a node, not by hand.");
            return ExitCodes.Usage;
        });
        root.Add(command);
    }
}
