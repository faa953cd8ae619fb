using VaeSweep.TestTrainer;
using VaeSweep.Training;

// A trainer process without libtorch, for tests of processes. `trainer --device D --parent PID` is the trainer; `node DEVICE` plays a node that
// starts one, prints both process ids on one line and then waits to be killed.
switch (args)
{
    case ["trainer", .. var rest]:
        return TrainerHost.Run(rest, arguments => new ScriptedEngine(arguments.Device));
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
