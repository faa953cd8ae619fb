using VaeSweep.Cli;

// Of what a short command would compile for itself, Akka's matchers and regular expressions, each runs once or twice: there an
// interpreter is the quicker way.
if (args is ["list" or "status" or "nodes" or "show" or "pause" or "stop" or "retry" or "set" or "table" or "query", ..])
    AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);

// What a command reads is read once, and the process is gone: until there is more of it than this, nothing is collected.
if (args is ["list" or "status" or "nodes" or "show" or "table", ..])
    GC.TryStartNoGCRegion(240L << 20);

// The trainer owns the standard streams and must be ready at once: it does not pass through the command line.
if (args is [TrainerProgram.Name, .. var trainerArguments])
    return TrainerProgram.Run(trainerArguments);

using var interruption = new Interruption();
return await CommandLine.InvokeAsync(args, CliHost.ForConsole(), interruption.Token);
