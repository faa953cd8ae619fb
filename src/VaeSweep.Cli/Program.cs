using VaeSweep.Cli;

using var interruption = new Interruption();
return await CommandLine.InvokeAsync(args, CliHost.ForConsole(), interruption.Token);
