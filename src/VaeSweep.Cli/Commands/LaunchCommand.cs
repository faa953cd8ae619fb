using System.CommandLine;
using System.Diagnostics;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Launch;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep launch`: workers on other machines, or as services.</summary>
internal static class LaunchCommand
{
    public static void Add(Command root, CliHost host)
    {
        var names = Launchers.All.Select(l => l.Name).ToList();
        var where = new Argument<string>("WHERE") { Description =
            string.Join("; ", Launchers.All.Select(l => $"{l.Name}: {l.Description}")) };
        var nodes = new Option<int>("--nodes") { Description = "how many workers", HelpName = "n", DefaultValueFactory = _ => 1 };
        var gpus = new Option<int>("--gpus") { Description = "GPUs of each worker; 0 trains on the CPU", HelpName = "n" };
        var cpus = new Option<int>("--cpus") { Description = "cores of each worker", HelpName = "n",
            DefaultValueFactory = _ => 1 };
        var hosts = new Option<string?>("--hosts") { Description = "machines, for ssh", HelpName = "a,b" };
        var sshConfig = new Option<string?>("--ssh-config") { Description = "ssh's configuration (ports, keys, users) instead of "
            + "the user's own", HelpName = "file" };
        var sweep = new Option<string?>("--sweep") { Description = "work on this sweep alone", HelpName = "name" };
        var untilDone = new Option<bool>("--until-done") { Description = "leave when no trial is open any more" };
        var program = new Option<string?>("--program") { Description = "vaesweep as it is called there; here's where "
            + "nothing is said", HelpName = "path" };
        var join = new Option<string?>("--join") { Description = $"the head that they join; {HeadWay.Variable} where "
            + "nothing is said", HelpName = "host:port" };
        var data = new Option<string?>("--data") { Description = "folder of the data sets there; VAESWEEP_DATA where "
            + "nothing is said", HelpName = "folder" };
        var time = new Option<string?>("--time") { Description = "time limit, for slurm", HelpName = "h:m:s" };
        var partition = new Option<string?>("--partition") { Description = "partition, for slurm", HelpName = "name" };
        var arrayLimit = new Option<int>("--array-limit") { Description = "largest job array that the Slurm cluster takes (its "
            + "MaxArraySize less one)", HelpName = "n", DefaultValueFactory = _ => 1000 };
        var image = new Option<string?>("--image") { Description = "container image, for k8s", HelpName = "name" };
        var space = new Option<string>("--namespace") { Description = "for k8s", HelpName = "name",
            DefaultValueFactory = _ => "vaesweep" };
        var folder = new Option<string>("--folder") { Description = "where files and logs go", HelpName = "folder",
            DefaultValueFactory = _ => "vaesweep.launch" };
        var dryRun = new Option<bool>("--dry-run") { Description = "only print what would be written and run" };
        var command = new Command("launch", "Start workers: as processes, by ssh, on Slurm or Kubernetes, or as services.")
        {
            where, nodes, gpus, cpus, hosts, sshConfig, sweep, untilDone, program, join, data, time, partition, arrayLimit, image,
            space, folder, dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(where);
            var launcher = Launchers.All.FirstOrDefault(l => l.Name == name)
                ?? throw new CliException($"'{name}' is no way to launch.{NearestName.Suggest(name, names)} "
                    + $"Known: {string.Join(", ", names)}.");
            if (parsed.GetValue(nodes) < 1 || parsed.GetValue(gpus) < 0 || parsed.GetValue(cpus) < 1
                || parsed.GetValue(arrayLimit) < 1)
            {
                throw new CliException("--nodes, --cpus and --array-limit are at least 1, --gpus at least 0.");
            }

            var head = parsed.GetValue(join) ?? HeadWay.AddressOf(parsed, host) ?? throw new CliException(
                $"which head are they to join? --join HOST:PORT (or {HeadWay.Variable}) says it; `vaesweep head --listen "
                    + "HOST:PORT` runs one.");
            HeadAddress.Parse(head);
            var request = new LaunchRequest
            {
                Head = head,
                KeyFile = HeadWay.KeyFileOf(parsed, host),
                Program = parsed.GetValue(program) ?? Here(host),
                Arguments = [.. parsed.GetValue(sweep) is { } only
                    ? new[] { "--sweep", only } : [], .. parsed.GetValue(untilDone) ? new[] { "--until-done" } : []],
                Nodes = parsed.GetValue(nodes),
                GpusPerNode = parsed.GetValue(gpus),
                CpusPerNode = parsed.GetValue(cpus),
                Hosts = (parsed.GetValue(hosts) ?? "")
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                SshConfig = parsed.GetValue(sshConfig) is { } config ? Path.GetFullPath(config) : null,
                DataFolder = parsed.GetValue(data) ?? host.Environment("VAESWEEP_DATA"),
                TimeLimit = parsed.GetValue(time),
                Partition = parsed.GetValue(partition),
                ArrayLimit = parsed.GetValue(arrayLimit),
                Image = parsed.GetValue(image),
                Namespace = parsed.GetRequiredValue(space),
            };
            LaunchPlan plan;
            try
            {
                plan = launcher.Plan(request);
            }
            catch (ArgumentException missing)
            {
                throw new CliException(missing.Message);
            }

            if (parsed.GetValue(dryRun))
            {
                Print(plan, host);
                return ExitCodes.Done;
            }

            await RunAsync(plan, Path.GetFullPath(parsed.GetRequiredValue(folder)), host, cancellationToken);
            host.Say(plan.Next);
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    /// <summary>This program as another shell would call it.</summary>
    private static string Here(CliHost host) => host.Environment("VAESWEEP_CALLED_AS") is { Length: > 0 } script
        ? Path.GetFullPath(script)
        : Path.Combine(AppContext.BaseDirectory, "vaesweep");

    private static void Print(LaunchPlan plan, CliHost host)
    {
        foreach (var (name, text) in plan.Files)
        {
            host.Out.WriteLine($"# ---- {name}");
            host.Out.Write(text);
        }

        if (plan.Files.Count > 0)
            host.Out.WriteLine("# ---- then");

        foreach (var command in plan.Commands)
            host.Out.WriteLine(Shell.Line(command));
    }

    private static async Task RunAsync(LaunchPlan plan, string folder, CliHost host, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in plan.Files)
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, cancellationToken);

        foreach (var command in plan.Commands)
        {
            Process process;
            try
            {
                process = Process.Start(
                    new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, WorkingDirectory = folder })!;
            }
            catch (System.ComponentModel.Win32Exception missing)
            {
                throw new CliException($"{command[0]} cannot be run here: {missing.Message}. --dry-run prints what it would have "
                    + "been given.", ExitCodes.Failed);
            }

            using (process)
            {
                await process.WaitForExitAsync(cancellationToken);
                if (process.ExitCode != 0)
                {
                    throw new CliException($"`{Shell.Line(command)}` ended with code {process.ExitCode}; what came before it has "
                        + "been started.", ExitCodes.Failed);
                }
            }
        }

        host.Say($"{Wording.Count(plan.Commands.Count, "command")} run in {folder}");
    }
}
