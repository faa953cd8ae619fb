using VaeSweep.TestTrainer;
using VaeSweep.Training;

// Trainer processes for tests. `trainer --device D --parent PID` does what each trial's id says, without libtorch; `libtorch` is the real one; `node DEVICE`
// plays a node that starts the first kind, prints both process ids on one line and then waits to be killed.
switch (args)
{
    case ["trainer", .. var rest]:
        return TrainerHost.Run(rest, arguments => new ScriptedEngine(arguments.Device));
    case ["libtorch", .. var rest]:
        return TrainerHost.Run(rest);
    case ["stranger", ..]:
        Console.WriteLine("Usage: something else entirely");
        return 0;
    case ["node", var device]:
        await using (var trainer = await new ProcessTrainerLauncher(TrainerCommand.ForThisProgram(typeof(ScriptedEngine).Assembly.Location, "trainer"))
            .StartAsync(device, CancellationToken.None))
        {
            Console.WriteLine($"{Environment.ProcessId} {trainer.Provenance}");
            await Console.In.ReadLineAsync();
        }

        return 0;
    default:
        Console.Error.WriteLine("test trainer: trainer --device D --parent PID | node DEVICE");
        return 2;
}
