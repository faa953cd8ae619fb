using System.CommandLine;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep resume`: goes on with a stored sweep.</summary>
internal static class ResumeCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var devices = CommonOptions.Devices();
        var share = DeviceChoice.ShareOption();
        var artifacts = ArtifactsOption.Make();
        var budget = CheckpointRoom.Option();
        var format = CommonOptions.TableFormat();
        var detach = new Option<bool>("--detach") { Description = "only make it active; workers elsewhere train it" };
        var command = new Command("resume", "Go on with a sweep that was interrupted, paused or stopped, from the last "
            + "checkpoints.") { sweep, devices, share, artifacts, budget, format, detach };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(detach))
            {
                await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
                await BeginAsync(store);
                return ExitCodes.Done;
            }

            await using var place = await WorkPlace.OpenAsync(
                parsed, host, makes: false, parsed.GetValue(artifacts), cancellationToken);
            return await new WorkSession(parsed, host, place, StoredSweep.Definition(await BeginAsync(place.Store)))
            {
                Devices = parsed.GetRequiredValue(devices), Share = parsed.GetValue(share), Format = parsed.GetValue(format),
            }.RunAsync(cancellationToken);

            async Task<SweepStatus> BeginAsync(IStore store)
            {
                var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
                await CheckpointRoom.SetAsync(store, parsed.GetValue(budget), cancellationToken);
                await ActivateAsync(store, found.Name, host, cancellationToken);
                var now = await store.GetSweepAsync(found.Name, cancellationToken) ?? found;
                host.Say(Steering.Stands(now));
                return now;
            }
        });
        root.Add(command);
    }

    /// <summary>Makes a paused or stopped sweep active again, and says so.</summary>
    public static async Task ActivateAsync(IStore store, string name, CliHost host, CancellationToken cancellationToken)
    {
        if (await Steering.ActivateAsync(store, name, cancellationToken) is { } said)
            host.Say(said);
    }
}
