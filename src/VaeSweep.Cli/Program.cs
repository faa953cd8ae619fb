using VaeSweep.Cli;

// The trainer owns the standard streams and must be ready at once: it does not pass through the command line.
if (args is [TrainerProgram.Name, .. var trainerArguments])
    return TrainerProgram.Run(trainerArguments);

using var interruption = new Interruption();
return await CommandLine.InvokeAsync(args, CliHost.ForConsole(), interruption.Token);
