using System.CommandLine;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store`: looking after a store, a private PostgreSQL, and the files that a store keeps.</summary>
internal static class StoreCommand
{
    private const string DefaultFolder = "vaesweep.postgres";

    public static void Add(Command root, CliHost host)
    {
        var command = new Command(
            "store", "Look after a store: check, back up, restore, compact. Run a private PostgreSQL; fetch kept models.");
        command.Add(StoreCheckCommand.Make(host));
        command.Add(StoreBackupCommand.Make(host));
        command.Add(StoreRestoreCommand.Make(host));
        command.Add(StoreCompactCommand.Make(host));
        command.Add(Start(host));
        command.Add(Stop(host));
        command.Add(Get(host));
        command.Add(Migrate(host));
        root.Add(command);
    }

    private static Option<string> Folder() => new("--data") { Description = "the server's folder", HelpName = "folder", DefaultValueFactory = _ => DefaultFolder };

    private static Command Start(CliHost host)
    {
        var folder = Folder();
        var port = new Option<int?>("--port") { Description = "where it listens; a free port is chosen once", HelpName = "n" };
        var listen = new Option<string>("--listen")
        {
            Description = "addresses or host names it listens on, with commas; more than this machine's own is encrypted", HelpName = "hosts", DefaultValueFactory = _ => "127.0.0.1",
        };
        var command = new Command("start", "Start a private PostgreSQL from the installed programs, made the first time with a generated password.") { folder, port, listen };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new PrivateServerOptions { Port = parsed.GetValue(port), Listen = parsed.GetRequiredValue(listen) };
            var server = await PrivateServer.StartAsync(parsed.GetRequiredValue(folder), options, cancellationToken);
            await using (var store = StoreFactory.Open(server.SecretUrl(), host.Time))
            {
                await store.MigrateAsync(cancellationToken);
            }

            host.Say($"PostgreSQL runs in {server.Folder}. In every shell that is to use it:");
            host.Out.WriteLine($"export PGPASSFILE={server.PassFile}");
            host.Out.WriteLine($"export {Stores.Variable}='{server.Url}'");
            if (File.Exists(server.Certificate))
            {
                host.Say($"other machines need copies of {server.PassFile} (keep it secret) and {server.Certificate} (sslrootcert in the address names it).");
            }

            host.Say($"stop it with: vaesweep store stop --data {server.Folder}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Stop(CliHost host)
    {
        var folder = Folder();
        var command = new Command("stop", "Stop the private PostgreSQL of a folder. Workers wait for it to come back.") { folder };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var server = PrivateServer.Open(parsed.GetRequiredValue(folder));
            await server.StopAsync("fast", cancellationToken);
            host.Say($"PostgreSQL in {server.Folder} is stopped.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Migrate(CliHost host)
    {
        var force = new Option<bool>("--force") { Description = "even while nodes of an older version are at work: they bring their trials to a checkpoint and leave" };
        var command = new Command("migrate", "Bring the store to this version's schema, as every other command does where no older node is at work.") { force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Stores.Warn(parsed, host);
            await using var store = StoreFactory.Open(Stores.LocationOf(parsed, host), host.Time, new StoreOptions { MigrateUnderNodes = parsed.GetValue(force) });
            await store.MigrateAsync(cancellationToken);
            host.Say($"{store.Location} is up to date.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Get(CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var to = new Option<string>("--to") { Description = "where to", HelpName = "folder", DefaultValueFactory = _ => "models" };
        var command = new Command("get", "Fetch the models of a sweep that the store keeps.") { sweep, to };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var folder = Path.GetFullPath(parsed.GetRequiredValue(to));
            var fetched = 0;
            foreach (var trial in await store.FindTrialsAsync("", found.Name, int.MaxValue, cancellationToken))
            {
                if (trial.ModelPath is { } name && await KeptFile.FetchAsync(store, trial.Key, name, KeptFile.PlaceIn(folder, trial.Id), cancellationToken) is not null)
                {
                    fetched++;
                }
            }

            host.Say(fetched == 0
                ? $"the store keeps no models of {found.Name}: `vaesweep show TRIAL` says where they are."
                : $"{Wording.Count(fetched, "model")} in {folder}, one folder a trial");
            return ExitCodes.Done;
        });
        return command;
    }
}
