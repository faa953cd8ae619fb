using System.CommandLine;
using Microsoft.Extensions.Logging;
using VaeSweep.Cli.Dashboard;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Security;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>`vaesweep head`: a standing head, which has the store and hands its trials to workers.</summary>
internal static class HeadCommand
{
    private const string NoDevices = "none";
    private const string Loopback = "127.0.0.1:0";

    public static void Add(Command root, CliHost host)
    {
        var listen = new Option<string>("--listen")
        {
            Description = "where workers and commands reach it; beyond this machine with a key alone, which the first "
                + "start makes",
            HelpName = "host:port", DefaultValueFactory = _ => Loopback,
        };
        var devices = new Option<string>("--devices")
        {
            Description = "what to train on besides: none, auto, cpu:N, cuda, cuda:0,1", HelpName = "devices",
            DefaultValueFactory = _ => NoDevices,
        };
        var lease = new Option<double>("--lease")
        {
            Description = "seconds after which the trials of a node that is not heard of are given to others",
            HelpName = "seconds",
            DefaultValueFactory = _ => 60,
        };
        var share = DeviceChoice.ShareOption();
        var artifacts = ArtifactsOption.Make();
        var budget = CheckpointRoom.Option();
        var dashboard = new DashboardOptions();
        var command = new Command("head", "Have a store open for workers and commands, here and on other machines, until "
            + "stopped.")
        {
            listen, devices, share, artifacts, budget, lease,
        };
        dashboard.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (address, port) = ListenAt(parsed.GetRequiredValue(listen));
            if (!(parsed.GetValue(lease) is >= 1 and <= 86_400 and var seconds))
                throw new CliException($"--lease {parsed.GetValue(lease)}: a number of seconds from 1 to 86400.");
            using var logging = LogLines.Factory(
                host.Say, host.Time, parsed.GetValue<bool>(CommonOptions.Verbose) ? LogLevel.Debug : LogLevel.Warning);
            var path = Stores.PathOf(parsed, host);
            var chosen = parsed.GetRequiredValue(devices);
            using var reserved = chosen == NoDevices ? null : DeviceChoice.Take(chosen, parsed.GetValue(share), "head", host);
            var health = new HeadHealth();
            await using var head = await Head.StartAsync(
                new HeadSettings
                {
                    StorePath = path, Host = address, Port = port, HasKey = address != "127.0.0.1",
                    KeyFile = HeadWay.KeyFileOf(parsed, host),
                    ArtifactsFolder = ArtifactsOption.Of(parsed.GetValue(artifacts), path, host),
                    Lease = TimeSpan.FromSeconds(seconds),
                    Product = CliVersion.Text, TimeProvider = host.Time, LoggerFactory = logging,
                    FindData = OwnData.Folder(host).Find, OnEvent = health.Hear,
                },
                cancellationToken);
            await CheckpointRoom.SetAsync(head.Store, parsed.GetValue(budget), cancellationToken);
            SayHowToJoin(head, parsed, host);
            await using var page = dashboard.AreGiven(parsed)
                ? await dashboard.StartForAsync(parsed, head.Store, head.Address, head.Keys, health, host, cancellationToken)
                : null;
            await using var telemetry = Telemetry.IsWanted(host) ? Telemetry.Start(head.Store, host) : null;
            await using var node = reserved is null ? null : await head.StartNodeAsync(
                new NodeOptions
                {
                    Launcher = host.Launcher(), Devices = reserved.Devices, ArtifactsFolder = "",
                    Prepare = new TrialData(host).EnsureAsync, FindData = OwnData.Folder(host).Find,
                    Survey = head.Store.ListSweepsAsync, StackOf = Stack.Of, Version = CliVersion.Text, TimeProvider = host.Time,
                    LoggerFactory = logging, OnEvent = e => WorkerCommand.Tell(e, host),
                },
                cancellationToken);
            try
            {
                await head.Completion.WaitAsync(cancellationToken);
                return ExitCodes.Done;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                host.Say("stopping: workers train on and wait for the next head of this store");
                if (node is not null)
                    await node.StopAsync();
                return ExitCodes.Interrupted;
            }
            catch (HeadFailedException failed)
            {
                throw new CliException(failed.Message, ExitCodes.Failed);
            }
        });
        root.Add(command);
    }

    private static (string Host, int Port) ListenAt(string listen)
    {
        if (listen == Loopback)
            return ("127.0.0.1", 0);
        try
        {
            return HeadAddress.Parse(listen);
        }
        catch (Store.StoreException)
        {
            throw new CliException(
                $"--listen {listen}: HOST:PORT is wanted, such as gpu-01:4053, where HOST is this machine's name as the "
                    + "others know it.");
        }
    }

    private static void SayHowToJoin(Head head, ParseResult parsed, CliHost host)
    {
        var hints = new Hints(parsed, host);
        host.Say($"this is the head of {head.Store.Location}, at {head.Address}; Ctrl-C stops it");
        host.Say(head.Keys is { } keys
            ? $"on every machine that is to train: {Hints.Program(host)} worker --join {head.Address} "
            + $"--key {Path.GetFileName(keys.Join.Path)}   "
                + $"(a copy of {keys.Join.Path}; keep it secret). Files of workers come in at port {head.FilesPort}: let "
                + "both through firewalls"
            : $"in another terminal: {hints.Command("worker")}, {hints.Command("submit SWEEP.yaml")}; other machines "
            + "need --listen HOST:PORT with a name by which they reach this one");
    }
}
