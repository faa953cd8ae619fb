using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former;
using VaeSweep.Store;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>`vaesweep worker`: joins as a node and trains whatever is submitted, until it is stopped.</summary>
internal static class WorkerCommand
{
    public static void Add(Command root, CliHost host)
    {
        var devices = CommonOptions.Devices();
        var share = DeviceChoice.ShareOption();
        var artifacts = Artifacts.Option();
        var budget = CheckpointRoom.Option();
        var sweep = new Option<string?>("--sweep") { Description = "work on this sweep alone", HelpName = "name" };
        var untilDone = new Option<bool>("--until-done") { Description = "leave when no trial is open any more" };
        var lease = new Option<double>("--lease")
        {
            Description = "seconds after which the others may have the trials of a node that is not heard of", HelpName = "seconds", DefaultValueFactory = _ => 60,
        };
        var drainOn = DrainSignal.Option();
        var command = new Command("worker", "Join as a node: claim trials and train them until stopped.") { devices, share, artifacts, budget, sweep, untilDone, drainOn, lease };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var reserved = DeviceChoice.Take(parsed.GetRequiredValue(devices), parsed.GetValue(share), "worker", host);
            var kept = Artifacts.Of(parsed.GetValue(artifacts), Stores.LocationOf(parsed, host), host);
            using var drain = new DrainSignal(parsed.GetRequiredValue(drainOn), cancellationToken);
            await using var store = await Stores.OpenToWorkAsync(parsed, host, drain.Token);
            await CheckpointRoom.SetAsync(store, parsed.GetValue(budget), cancellationToken);
            var only = parsed.GetValue(sweep) is { } name ? (await SweepLookup.FindAsync(store, name, cancellationToken)).Name : null;
            var verbose = parsed.GetValue(CommonOptions.Verbose);
            using var logging = LogLines.Factory(host.Say, host.Time, verbose ? LogLevel.Debug : LogLevel.Warning);
            await using var node = await Node.StartAsync(
                new NodeOptions
                {
                    Store = store,
                    Launcher = host.Launcher(),
                    Devices = reserved.Devices,
                    ArtifactsFolder = kept.Folder,
                    FilesInStore = kept.InStore,
                    Lease = TimeSpan.FromSeconds(Math.Max(3, parsed.GetValue(lease))),
                    Prepare = new TrialData(host).EnsureAsync,
                    SweepFilter = only,
                    ExitWhenDone = parsed.GetValue(untilDone),
                    StackOf = Stack.Of,
                    Version = CliVersion.Text,
                    TimeProvider = host.Time,
                    LoggerFactory = logging,
                    OnEvent = e => Tell(e, host),
                },
                cancellationToken);
            host.Say($"node {node.Name} works on {store.Location} with {string.Join(", ", reserved.Devices)}; Ctrl-C stops in order, twice at once");
            try
            {
                await node.Completion.WaitAsync(drain.Token);
                return ExitCodes.Done;
            }
            catch (OperationCanceledException) when (drain.Token.IsCancellationRequested)
            {
                host.Say("stopping: every running trial is brought to a checkpoint and given back (Ctrl-C again ends at once)");
                await node.StopAsync();
                return drain.WasAsked ? ExitCodes.Done : ExitCodes.Interrupted;
            }
            catch (NodeFailedException failed)
            {
                throw new CliException(failed.Message, ExitCodes.Failed);
            }
        });
        root.Add(command);
    }

    private static void Tell(NodeEvent e, CliHost host)
    {
        var text = e switch
        {
            TrialStarted s => $"{s.Device} trains {s.TrialId} of {s.Sweep}{(s.FromEpoch > 0 ? $" from epoch {s.FromEpoch}" : "")} (attempt {s.Attempt})",
            TrialEnded { Outcome: AttemptOutcome.Failed } f => $"{f.Device}: {f.TrialId} of {f.Sweep} failed: {f.Reason}",
            TrialEnded { Outcome: null } l => $"{l.Device}: {l.TrialId} of {l.Sweep} went to another worker",
            TrialEnded t => $"{t.Device}: {t.TrialId} of {t.Sweep} {Wording.Name(t.Outcome!.Value)} after {Wording.Duration(t.Took)}",
            DeviceChanged { State: DeviceState.Failed } d => $"{d.Device} cannot be used: {d.Detail}",
            SoftwareDiffers s => $"sweep {s.Sweep} is trained with {s.Theirs}, and this node has {s.Ours}: it takes none of its trials. Allow both with: vaesweep set {s.Sweep} --allow-mixed",
            SweepFinished done => $"sweep {done.Status.Name} is done",
            StoreUnreachable u => $"the store does not answer ({u.Reason}); training goes on and reports wait",
            StoreRecovered r => $"the store answers again after {Wording.Duration(r.Outage)}",
            _ => null,
        };
        if (text is not null)
        {
            host.Say($"{host.Time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {text}");
        }
    }
}
