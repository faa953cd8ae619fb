using System.CommandLine;
using VaeSweep.Cli.Dashboard;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep run`: submit a sweep, train it here, show the table.</summary>
internal static class RunCommand
{
    public static void Add(Command root, CliHost host)
    {
        var file = CommonOptions.SweepFile();
        var set = CommonOptions.Set();
        var devices = CommonOptions.Devices();
        var share = DeviceChoice.ShareOption();
        var artifacts = ArtifactsOption.Make();
        var budget = CheckpointRoom.Option();
        var yes = Retiring.Option();
        var reuse = Reusing.Option();
        var format = CommonOptions.TableFormat();
        var dashboard = new DashboardOptions();
        var watched = new Option<bool>("--dashboard") { Description = "show it in a browser meanwhile: prints the link" };
        var command = new Command("run", "Submit a sweep, train it on this machine, show the comparison table. Again: only what "
            + "is left or new.")
        {
            file, set, devices, share, artifacts, budget, yes, reuse, format, watched,
        };
        dashboard.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = SubmitCommand.LoadFile(parsed.GetRequiredValue(file), parsed.GetValue(set), host, cancellationToken);
            // What cannot work is told before anything is stored.
            StoredSweep.Request(definition);
            var wanted = DeviceChoice.Parse(parsed.GetRequiredValue(devices));
            await using var trainer = new EarlyTrainer(host.Launcher(), wanted, cancellationToken);
            await using var place = await WorkPlace.OpenAsync(
                parsed, host, makes: true, parsed.GetValue(artifacts), cancellationToken);
            var store = place.Store;
            await CheckpointRoom.SetAsync(store, parsed.GetValue(budget), cancellationToken);
            await SubmitCommand.SubmitAsync(
                store, definition, parsed.GetValue(yes), parsed.GetValue(reuse), host, cancellationToken);
            await ResumeCommand.ActivateAsync(store, definition.Name, host, cancellationToken);
            await using var page = parsed.GetValue(watched) || dashboard.AreGiven(parsed)
                ? await dashboard.StartForAsync(parsed, store, null, null, place.Health, host, cancellationToken) : null;
            return await new WorkSession(parsed, host, place, definition)
            {
                Devices = parsed.GetRequiredValue(devices), Share = parsed.GetValue(share), Format = parsed.GetValue(format),
                Launcher = trainer,
            }.RunAsync(cancellationToken);
        });
        root.Add(command);
    }
}
