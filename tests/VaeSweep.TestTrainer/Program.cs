using VaeSweep.TestTrainer;
using VaeSweep.Training;

// Trainer processes for tests. `trainer --device D --parent PID` does what each trial's id says, without libtorch; `libtorch` is
// the real one; `node DEVICE` plays a node that starts the first kind, prints both process ids on one line and then waits to be
// killed. `stack DEVICE` says what a node knows of its trainers, `numerics` what a short training computes (see NumericsTests),
// `many FOLDER` what many trials leave in the memory of their trainer.
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
        await using (var trainer = await new ProcessTrainerLauncher(
            TrainerCommand.ForThisProgram(typeof(ScriptedEngine).Assembly.Location, "trainer"))
            .StartAsync(device, CancellationToken.None))
        {
            Console.WriteLine($"{Environment.ProcessId} {trainer.Provenance}");
            await Console.In.ReadLineAsync();
        }

        return 0;
    case ["stack", var device]:
        var loaded = File.ReadLines("/proc/self/maps").Any(line => line.Contains("libtorch", StringComparison.Ordinal));
        Console.WriteLine($"{Stack.Of(device)}, {(loaded ? "with" : "without")} libtorch");
        return 0;
    case ["numerics"]:
        NumbersOfOneStack.Print();
        return 0;
    case ["many", var folder]:
        ManyTrials.Run(folder);
        return 0;
    default:
        Console.Error.WriteLine("test trainer: trainer --device D --parent PID | node DEVICE");
        return 2;
}
