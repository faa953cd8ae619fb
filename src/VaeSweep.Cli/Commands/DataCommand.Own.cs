using System.CommandLine;
using System.Globalization;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <content>`vaesweep data add|remove`: data sets of one's own.</content>
internal static partial class DataCommand
{
    private static Command Add(CliHost host)
    {
        var name = new Argument<string>("NAME") { Description = "what sweep files call it: dataset: { name: NAME }" };
        var path = new Argument<string>("PATH")
        {
            Description = ".npy, .npz, .csv, .safetensors, IDX (.gz or not), or a folder of PNG or JPEG",
        };
        var valid = Text("--valid", "validation images: a share (0.1) or a number; default 0.1", "n");
        var test = Text("--test", "test images: a share (0.1) or a number; default 0.1", "n");
        var shape = Text("--shape", "of one image, where the file does not say: 28x28", "HxW");
        var labels = Text("--labels", "labels of the images: .npy, IDX, or text with one a line (NAME,LABEL for a folder)",
            "file");
        var column = Text("--label-column", "column of a .csv that holds labels, by its name or its number from 0", "column");
        var array = Text("--array", "array of a .npz or .safetensors that holds the images", "name");
        var range = Text("--range", "what stands for black and for white: -1,1; default: 0,1 or 0,255, as found", "black,white");
        var threshold = Text("--threshold", "make images binary: white from this intensity on (0.5)", "t");
        var grey = new Option<bool>("--grey") { Description = "make colours grey" };
        var binary = new Option<bool>("--binary") { Description = "refuse images that are not black and white alone" };
        var keepOrder = new Option<bool>("--keep-order")
        {
            Description = "split without the shuffle, which is the same for every set of a size: first train, then valid, "
                + "then test",
        };
        var yes = new Option<bool>("--yes") { Description = "give the name to these images though others have it, "
            + "without asking" };
        var command = new Command("add", "Add images of your own. They are kept under their checksum, which is part of each "
            + "trial's "
            + "identity, and sent to the heads and workers that need them.")
        {
            name, path, valid, test, labels, column, array, shape, range, grey, binary, threshold, keepOrder, yes,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var called = parsed.GetRequiredValue(name);
            var given = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var option in new[] { valid, test, shape, labels, column, array, range, threshold })
            {
                if (parsed.GetValue(option) is { } value)
                    given[Key(option)] = value;
            }

            foreach (var option in new[] { grey, binary, keepOrder }.Where(parsed.GetValue))
                given[Key(option)] = "true";

            Add(called, parsed.GetRequiredValue(path), given, parsed.GetValue(yes), host, cancellationToken);
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    private static Command Remove(CliHost host)
    {
        var name = new Argument<string>("NAME") { Description = "a data set of your own, or the path that a sweep file names" };
        var yes = new Option<bool>("--yes") { Description = "remove it though sweeps of the store have it" };
        var command = new Command("remove", "Remove a data set of your own, with its images where no other name stands for them.")
        {
            name, yes,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var called = parsed.GetRequiredValue(name);
            var folder = OwnData.Folder(host);
            if ((folder.Named(called) ?? folder.List().FirstOrDefault(one => called.Length > 0
                && one.Source == Path.TrimEndingDirectorySeparator(Path.GetFullPath(called)))) is not { } set)
            {
                var names = folder.List().Where(one => one.IsNamed).Select(one => one.Facts.Name).ToList();
                throw new CliException(DatasetList.Find(called) is not null
                    ? $"{called} is a published data set; its files are yours to delete where `vaesweep data list` shows them."
                    : $"no data set '{called}' was added here.{NearestName.Suggest(called, names)} "
                        + (names.Count == 0 ? "None was." : $"There are: {string.Join(", ", names)}."));
            }

            if (!parsed.GetValue(yes) && Stores.Exists(parsed, host))
            {
                await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
                var users = (await store.ListSweepsAsync(cancellationToken))
                    .Where(sweep => sweep.Definition.Contains(set.Facts.Sha256!, StringComparison.Ordinal))
                    .Select(sweep => sweep.Name).ToList();
                if (users.Count > 0)
                {
                    throw new CliException($"{called} is used by {string.Join(", ", users)} in {store.Location}, which "
                        + "could not go "
                        + "on, and whose models could not be measured again. --yes removes it all the same. Nothing was "
                        + "changed.");
                }
            }

            var bytes = folder.Remove(set);
            host.Say(bytes > 0 ? $"removed {called}: {Wording.Size(bytes)} are free"
                : $"removed the name {called}; its images stay, for another name stands for them");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Add(
        string name, string path, Dictionary<string, string> given, bool yes, CliHost host, CancellationToken cancellationToken)
    {
        if (!OwnDataset.IsName(name))
        {
            throw new CliException($"'{name}' is no name for a data set: up to 100 letters, digits, '.', '_' and '-', "
                + "beginning with "
                + "a letter or digit.");
        }

        if (DatasetList.Find(name) is not null)
            throw new CliException($"'{name}' is a published data set; give yours another name, such as my-{name}.");

        ImportOptions options;
        try
        {
            options = ImportOptions.Parse(given);
        }
        catch (FormatException wrong)
        {
            throw new CliException($"--{wrong.Message.Replace('_', '-')}");
        }

        var folder = OwnData.Folder(host);
        if (string.IsNullOrWhiteSpace(path))
            throw new CliException("PATH names no file or folder.");

        var before = folder.Named(name);
        if (before is not null && before.Source != Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) && !yes)
        {
            throw new CliException($"{name} is {OwnDataset.Describe(before.Facts)}, from {before.Source}. --yes gives "
                + "the name to "
                + $"{path}; sweeps that were run keep what they had.");
        }

        OwnSet set;
        try
        {
            set = folder.Add(name, path, options, new OwnData.Passing(host).Tell, cancellationToken);
        }
        catch (DatasetException unusable)
        {
            throw new CliException($"{unusable.Message} Nothing was added.", ExitCodes.Failed);
        }

        foreach (var line in Lines(set, before, options))
            host.Say(line);

        host.Out.WriteLine($"dataset: {{ name: {name} }}");
    }

    private static IEnumerable<string> Lines(OwnSet set, OwnSet? before, ImportOptions options)
    {
        var (facts, file) = (set.Facts, set.File!);
        yield return $"{facts.Name}: {OwnDataset.Describe(facts)}";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"  train {facts.TrainImages:N0}, valid {facts.ValidImages:N0}, test {facts.TestImages:N0}")
            + (options.KeepOrder ? ", in the order of the source" : ", shuffled once, always alike");
        foreach (var note in set.Notes)
            yield return $"  {note}";

        yield return $"  SHA-256 {facts.Sha256}";
        yield return $"  {(set.WasThere ? "the same images were here already:" : "kept in")} {file} "
            + $"({Wording.Size(new FileInfo(file).Length)})";
        if (before is not null && before.Facts.Sha256 != facts.Sha256)
            yield return $"  it was {OwnDataset.Shown(before.Facts.Sha256!)} before; sweeps that were run with that keep it";

        yield return "in a sweep file:";
    }

    private static Option<string?> Text(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };

    private static string Key(Option option) => option.Name.TrimStart('-').Replace('-', '_');
}
