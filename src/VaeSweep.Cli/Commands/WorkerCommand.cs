using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster;
using VaeSweep.Store;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>`vaesweep worker`: joins a head as a node and trains whatever is submitted, until it is stopped.</summary>
internal static class WorkerCommand
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    public static void Add(Command root, CliHost host)
    {
        var join = new Option<string?>("--join")
        {
            Description = $"the head to join, which --key opens when it is on another machine; {HeadWay.Variable}, else the one "
                + "that has --store",
            HelpName = "host:port",
        };
        var listen = new Option<string?>("--listen")
        {
            Description = "where the head can reach this worker; found out where nothing is said", HelpName = "host:port",
        };
        var devices = CommonOptions.Devices();
        var share = DeviceChoice.ShareOption();
        var artifacts = ArtifactsOption.Make();
        var sweep = new Option<string?>("--sweep") { Description = "work on this sweep alone", HelpName = "name" };
        var untilDone = new Option<bool>("--until-done") { Description = "leave when no trial is open any more" };
        var drainOn = DrainSignal.Option();
        var alive = new Option<string?>("--alive-file")
        {
            Description = "touched every few seconds as long as the worker's actors answer, for probes", HelpName = "file",
        };
        var command = new Command("worker", "Join a head as a node: train what is submitted until stopped. While the head is "
            + "away, it trains on and waits.")
        {
            join, listen, devices, share, artifacts, sweep, untilDone, drainOn, alive,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var way = await WayAsync(parsed.GetValue(join), parsed, host, cancellationToken);
            using var reserved = DeviceChoice.Take(parsed.GetRequiredValue(devices), parsed.GetValue(share), "worker", host);
            using var drain = new DrainSignal(parsed.GetRequiredValue(drainOn), cancellationToken);
            using var logging = LogLines.Factory(
                host.Say, host.Time, parsed.GetValue<bool>(CommonOptions.Verbose) ? LogLevel.Debug : LogLevel.Warning);
            try
            {
                way = await OpenedAsync(way, parsed, host, drain.Token);
            }
            catch (OperationCanceledException) when (drain.Token.IsCancellationRequested)
            {
                return drain.WasAsked ? ExitCodes.Done : ExitCodes.Interrupted;
            }

            await using var head = new JoinedHead(way, host, logging)
            {
                Listen = parsed.GetValue(listen),
                Artifacts = ArtifactsOption.OfNode(parsed.GetValue(artifacts), way, Stores.PathOf(parsed, host), host),
            };
            await using var node = await head.StartNodeAsync(
                new NodeOptions
                {
                    Launcher = host.Launcher(),
                    Devices = reserved.Devices,
                    ArtifactsFolder = "",
                    Prepare = new TrialData(host).EnsureAsync,
                    FindData = OwnData.Folder(host).Find,
                    DataFolder = OwnData.Folder(host).Cache,
                    SweepFilter = parsed.GetValue(sweep),
                    ExitWhenDone = parsed.GetValue(untilDone),
                    Survey = head.SurveyAsync,
                    StackOf = Stack.Of,
                    Version = CliVersion.Text,
                    AliveFile = parsed.GetValue(alive),
                    TimeProvider = host.Time,
                    LoggerFactory = logging,
                    OnEvent = e => Tell(e, host),
                },
                drain.Token);
            host.Say($"node {node.Name} trains for the head at {way.Address} with {string.Join(", ", reserved.Devices)}; Ctrl-C "
                + "stops in order, twice at once");
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

    private static async Task<HeadWay> WayAsync(
        string? join, ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        if (join is not null)
            return HeadWay.To(join, "--join", parsed, host);
        var way = HeadWay.Named(parsed, host) ?? await HeadWay.OfRunningAsync(parsed, host, cancellationToken);
        return way ?? throw new CliException(
            $"which head is to be joined? --join HOST:PORT (or {HeadWay.Variable}) says it; `vaesweep head` runs one, and "
                + "`vaesweep run` trains "
            + "without any.");
    }

    /// <summary>A head of this machine that is only being started has no token yet: it is waited for, as any head is.</summary>
    private static async Task<HeadWay> OpenedAsync(
        HeadWay way, ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        for (var told = false; way.Key is null && way.Token is null; told = true)
        {
            if (!told)
            {
                host.Say(
                    $"no head has opened {Stores.PathOf(parsed, host)} yet, whose files open the way to it: waiting for it. "
                        + "--store names another; "
                    + "Ctrl-C ends");
            }

            await Task.Delay(_look, host.Time, cancellationToken);
            way = HeadWay.To(way.Address, "--join", parsed, host);
        }

        return way;
    }

    internal static void Tell(NodeEvent e, CliHost host)
    {
        var text = e switch
        {
            TrialStarted s => $"{s.Device} trains {s.TrialId} "
                + $"of {s.Sweep}{(s.FromEpoch > 0 ? $" from epoch {s.FromEpoch}" : "")} (attempt {s.Attempt})",
            TrialEnded { Outcome: AttemptOutcome.Failed } f => $"{f.Device}: {f.TrialId} of {f.Sweep} failed: {f.Reason}",
            TrialEnded { Outcome: null } l => $"{l.Device}: {l.TrialId} of {l.Sweep} went to another worker",
            TrialEnded t => $"{t.Device}: {t.TrialId} of {t.Sweep} {Wording.Name(t.Outcome!.Value)} "
                + $"after {Wording.Duration(t.Took)}",
            DeviceChanged { State: DeviceState.Failed } d => $"{d.Device} cannot be used: {d.Detail}",
            DeviceRests r => $"{r.Device} waits and tries again in {Wording.Duration(r.For)}: {r.Reason}",
            DeviceRecovered r => $"{r.Device} trains again",
            SoftwareDiffers s => $"sweep {s.Sweep} is trained with {s.Theirs}, and this node has {s.Ours}: it takes none of its "
                + $"trials. Allow both with: `vaesweep set {s.Sweep} --allow-mixed`",
            SweepFinished done => $"sweep {done.Status.Name} is done",
            StoreUnreachable u => $"the head does not answer ({u.Reason}); training goes on and reports wait",
            StoreRecovered r => $"the head answers again after {Wording.Duration(r.Outage)}",
            LeftUnconfirmed l => $"left while the head was away: {Wording.Count(l.Entries, "report")} not confirmed; those "
                + "trials go on from the last checkpoint that it knows",
            _ => null,
        };
        if (text is not null)
            host.Say($"{host.Time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {text}");
    }
}
