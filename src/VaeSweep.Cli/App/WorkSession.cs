using System.CommandLine;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>Trains one sweep on this machine to its end, and shows what came out. What `run` and `resume` share.</summary>
internal sealed class WorkSession(ParseResult parsed, CliHost host, WorkPlace place, SweepDefinition definition)
{
    private const int ShownFailures = 20;
    private readonly Hints _hints = new(parsed, host);
    private readonly IStore _store = place.Store;

    public required string Devices { get; init; }
    public required bool Share { get; init; }
    public required OutputFormat Format { get; init; }

    /// <summary>Starts its trainers; null: as the host does.</summary>
    public ITrainerLauncher? Launcher { get; init; }

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var code = await TrainAndShowAsync(cancellationToken);
        if (place.IsHead)
            await TellOfOthersAsync();
        return code;
    }

    private async Task<int> TrainAndShowAsync(CancellationToken cancellationToken)
    {
        var name = definition.Name;
        var sweep = await StatusAsync(cancellationToken);
        if (sweep.Open > 0)
        {
            if (place.IsHead)
                OwnData.Demand(definition, place.Artifacts, host);

            using var devices = DeviceChoice.Take(Devices, Share, parsed.CommandResult.Command.Name, host);
            var datasets = definition.Resolve().First(p => p.Path == "dataset.name").Values
                .Except(definition.OwnData.Select(own => own.Name), StringComparer.Ordinal).ToList();
            await host.FetchData(datasets, host, cancellationToken);
            var outcome = await TrainAsync(name, devices.Devices, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                sweep = await StatusAsync(CancellationToken.None);
                if (sweep.Open > 0)
                {
                    host.Say($"stopped: {sweep.Count(TrialState.Succeeded)} of {Wording.Count(sweep.Total, "trial")} "
                        + $"done, {sweep.EpochsDone} epochs stored. Go on with: {_hints.Command($"resume {name}")}");
                    return ExitCodes.Interrupted;
                }
            }

            sweep = await StatusAsync(CancellationToken.None);
            if (outcome == RunOutcome.Stopped && sweep.Open > 0)
            {
                host.Say($"{name} is {Wording.Name(sweep.State)}: {sweep.Reason ?? "somebody asked for that elsewhere."} Go on "
                    + $"with: {_hints.Command($"resume {name}")}");
                return ExitCodes.Failed;
            }

            if (sweep is { State: SweepState.Stopped, Reason: { } hopeless })
            {
                await ShowFailuresAsync(sweep, CancellationToken.None);
                host.Say($"{name} was stopped: {hopeless}\nMend the sweep file, or what it needs, and run it "
                    + $"again; {_hints.Command($"retry {name} --failed")} tries the failed ones once more.");
                return ExitCodes.Failed;
            }
        }
        return await ShowAsync(sweep, CancellationToken.None);
    }

    private async Task<RunOutcome> TrainAsync(string name, IReadOnlyList<string> devices, CancellationToken cancellationToken)
    {
        var view = new ProgressView(host, _store, name);
        var room = new RoomWatch(place.Artifacts, view);
        place.Hears = told => Tell(told, view, room);
        place.Says = view.Say;
        var verbose = parsed.GetValue<bool>(CommonOptions.Verbose);
        using var logging = LogLines.Factory(view.Say, host.Time, verbose ? LogLevel.Debug : LogLevel.Error);
        var started = host.Time.GetTimestamp();
        host.Say($"training on {string.Join(", ", devices)}; Ctrl-C stops in order, twice at once");
        await using var node = await place.StartNodeAsync(
            new NodeOptions
            {
                Launcher = Launcher ?? host.Launcher(),
                Devices = devices,
                ArtifactsFolder = place.Artifacts,
                Prepare = place.IsHead ? null : new TrialData(host).EnsureAsync,
                FindData = OwnData.Folder(host).Find,
                DataFolder = OwnData.Folder(host).Cache,
                SweepFilter = name,
                ExitWhenDone = true,
                Survey = async token => await _store.GetSweepAsync(name, token) is { } one ? [one] : [],
                PackSize = definition.Pack,
                StackOf = Stack.Of,
                Version = CliVersion.Text,
                TimeProvider = host.Time,
                LoggerFactory = logging,
                OnEvent = e => Tell(e, view, room),
            },
            cancellationToken);

        // The bars end when the node has left, for whatever reason, or when a person has had enough.
        using var shown = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = node.Completion.ContinueWith(
            _ => shown.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await view.ShowAsync(shown.Token);
        if (cancellationToken.IsCancellationRequested)
        {
            host.Say("stopping: every running trial is brought to a checkpoint (Ctrl-C again ends at once)");
            await node.StopAsync();
            return RunOutcome.Stopped;
        }

        try
        {
            var outcome = await node.Completion.WaitAsync(cancellationToken);
            if (outcome == RunOutcome.Done)
                host.Say($"trained in {Wording.Duration(host.Time.GetElapsedTime(started))}");

            return outcome;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await node.StopAsync();
            return RunOutcome.Stopped;
        }
        catch (NodeFailedException failed)
        {
            throw new CliException($"{failed.Message}\n`{_hints.Command("doctor")}` says what is missing; go on "
                + $"with: {_hints.Command($"resume {name}")}", ExitCodes.Failed);
        }
    }

    private static void Tell(NodeEvent e, ProgressView view, RoomWatch room)
    {
        switch (e)
        {
            case DeviceChanged { State: DeviceState.Failed } failed:
                view.Say($"{failed.Device} cannot be used: {failed.Detail}");
                break;
            case DeviceRests rests:
                room.Rests(rests.Device, rests.Reason);
                break;
            case DeviceRecovered recovered:
                room.Recovered(recovered.Device);
                break;
            case TrialStarted { ResumeNote: { } note } resumed:
                view.Say($"trial {resumed.TrialId}: {note}");
                break;
            case TrialEnded { Outcome: AttemptOutcome.Failed } ended:
                view.Say($"trial {ended.TrialId} attempt {ended.Attempt} "
                    + $"failed{(ended.FailureClass is { } c ? $" ({Wording.Name(c)})" : "")}: {ended.Reason}");
                break;
            case StoreUnreachable unreachable:
                view.Say($"the store does not answer ({unreachable.Reason}); training goes on and reports wait");
                break;
            case LeftUnconfirmed left:
                view.Say($"left while the head was away: {left.Entries} reports were not confirmed; their trials go on from the "
                    + "last checkpoint that it knows");
                break;
            case StoreRecovered back:
                view.Say($"the store answers again after {Wording.Duration(back.Outage)}");
                break;
            default:
                break;
        }
    }

    private async Task<int> ShowAsync(SweepStatus sweep, CancellationToken cancellationToken)
    {
        var name = sweep.Name;
        var table = await ComparisonBuilder.BuildAsync(
            _store.Results, StoredSweep.Request(definition) with { Retired = sweep.Retired }, cancellationToken);
        host.Say("");
        host.Out.Write(ComparisonRenderer.Render(table, Format, host.OutTerminal));
        await host.Out.FlushAsync(cancellationToken);
        host.Say("");

        var failed = sweep.Count(TrialState.Failed);
        if (failed > 0)
        {
            await ShowFailuresAsync(sweep, cancellationToken);
            host.Say($"try them again with: {_hints.Command($"retry {name} --failed")}, then {_hints.Command($"resume {name}")}");
        }

        host.Say($"results: {_store.Location}");
        if (Directory.Exists(Path.Combine(place.Artifacts, name)))
            host.Say($"models:  {Path.Combine(place.Artifacts, name)}");

        var other = table.By.Count > 1 ? $" --by {table.By[0]}" : " --metric seconds";
        host.Say($"next:    {_hints.Command($"table {name}{other}")}");
        host.Say($"         {_hints.Command("query \"SELECT trial, epoch, train_elbo FROM epochs LIMIT 10\"")}");
        return failed > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>The head of other sweeps ends with this command.</summary>
    private async Task TellOfOthersAsync()
    {
        foreach (var other in await _store.ListSweepsAsync(CancellationToken.None))
        {
            if (other is { State: SweepState.Active, Open: > 0 } && other.Name != definition.Name)
            {
                host.Say($"{other.Name} has {Wording.Count(other.Open, "trial")} to train yet, with which another `run` of this "
                    + $"machine goes on where one trains it; else: {_hints.Command($"resume {other.Name}")}");
            }
        }
    }

    private async Task ShowFailuresAsync(SweepStatus sweep, CancellationToken cancellationToken)
    {
        var failures = await FailureList.ReadAsync(_store, sweep.Name, ShownFailures, cancellationToken);
        host.Error.Write(FailureList.Table(failures, sweep.Count(TrialState.Failed))
            .Render(OutputFormat.Text, host.ErrorTerminal));
    }

    private async Task<SweepStatus> StatusAsync(CancellationToken cancellationToken) =>
        await _store.GetSweepAsync(definition.Name, cancellationToken)
        ?? throw new CliException($"the sweep '{definition.Name}' is no longer in {_store.Location}.", ExitCodes.Failed);
}
