namespace VaeSweep.Sweeps;

/// <content>Data sets of somebody's own: by the names that they were given, or by the path of their files.</content>
internal sealed partial class SweepReader
{
    private const string DataPath = "dataset.path";
    private const string DataImport = "dataset.import";
    private const string DataOwn = "dataset.own";

    private static readonly int _nameIndex = ConfigSchema.At("dataset.name").Index;
    private static readonly int _ownIndex = ConfigSchema.At("dataset.own").Index;

    /// <summary>Those that the file names, by name.</summary>
    private readonly Dictionary<string, DatasetFacts> _own = new(StringComparer.Ordinal);

    private ConfigValue OwnOf(ConfigValue name) =>
        name.IsNull ? ConfigValue.Null : OwnDataset.Write(_own.GetValueOrDefault(name.AsText()));

    /// <summary>Looks up what a data set is called.</summary>
    private ConfigValue? Checked(ConfigPath path, SourceNode node, ConfigValue? value)
    {
        if (value is null || path.Kind != ValueKind.DatasetName || path.Allowed.Contains(node.Text)
            || _own.ContainsKey(node.Text))
        {
            return value;
        }

        if (carried.FirstOrDefault(facts => facts.Name == node.Text) is { } known)
            return Use(node, known) ? value : null;

        if (data?.Find(node.Text) is { } found)
            return Use(node, found) ? value : null;

        string[] names = [.. path.Allowed, .. data?.Names ?? []];
        Fault(node, $"{path.Name} has no '{node.Text}'.{NearestName.Suggest(node.Text, names)} "
            + $"Allowed: {string.Join(", ", names)}; `vaesweep data add {node.Text} PATH` adds your own.");
        return null;
    }

    /// <summary>`path` and `import` of a data set's block: images that were not given a name before.</summary>
    private void ReadDataPath(SourceNode block, BlockDraft draft)
    {
        // As a configuration that was taken out of a store has it.
        if (Get(block, "own") is { } written && Get(block, "name") is { Kind: NodeKind.Text } called
            && ConfigSchema.At(DataOwn).Read(written, Fault) is { IsNull: false } content)
        {
            Use(written, OwnDataset.Read(called.Text, content)!);
        }

        var import = ReadImport(block);
        if (Get(block, "path") is not { } node)
        {
            if (GetKey(block, "import") is { } alone)
                Fault(alone, "dataset.import says how the images of dataset.path are read; give the path too.");

            return;
        }

        if (node.Kind is NodeKind.List or NodeKind.Map or NodeKind.Null || node.Text.Trim().Length == 0)
        {
            Fault(node, $"{DataPath} takes the path of a file or folder of images; found {node.Describe()}.");
            return;
        }

        var name = Get(block, "name") is { Kind: NodeKind.Text } label ? label.Text : NameOf(node.Text);
        if (!OwnDataset.IsName(name) || DatasetList.Find(name) is not null)
        {
            Fault(node, DatasetList.Find(name) is not null
                ? $"'{name}' is a published data set; give the images of dataset.path another name: dataset.name: my-{name}."
                : $"'{name}' is no name for a data set; say one: dataset.name: my-images.");
            return;
        }

        if (import is null)
            return;

        try
        {
            var found = carried.FirstOrDefault(facts => facts.Name == name) ?? (data is null
                ? throw new FormatException("the images of a path are read by the command line alone.")
                : data.Read(node.Text, import, node.File == file) with { Name = name });
            if (Use(node, found) && Get(block, "name") is null)
                draft.Fixed.TryAdd(_nameIndex, (ConfigValue.Of(name), node));
        }
        catch (FormatException unusable)
        {
            Fault(node, $"{DataPath}: {unusable.Message}");
        }
    }

    /// <returns>Null when there was a fault.</returns>
    private Dictionary<string, string>? ReadImport(SourceNode block)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Get(block, "import") is not { } node)
            return options;

        if (node.Kind != NodeKind.Map)
        {
            Fault(node, "dataset.import takes a map of the options of `vaesweep data add`, like { valid: 0.1, test: 1000, "
                + $"grey: true }}; found {node.Describe()}.");
            return null;
        }

        foreach (var (key, value) in node.Entries)
        {
            if (value.Kind is NodeKind.List or NodeKind.Map or NodeKind.Null)
            {
                Fault(value, $"{DataImport}.{key.Text} takes one value; found {value.Describe()}.");
                return null;
            }

            options[key.Text] = value.Text;
        }

        return options;
    }

    /// <summary>A set is its content: under two names it would be every trial twice, under one name two would be one.</summary>
    private bool Use(SourceNode node, DatasetFacts facts)
    {
        if (_own.GetValueOrDefault(facts.Name) is { } other && other.Sha256 != facts.Sha256)
        {
            Fault(node, $"two different data sets are called '{facts.Name}' here; give each a name of its own (dataset.name).");
            return false;
        }

        if (_own.Values.FirstOrDefault(one => one.Sha256 == facts.Sha256 && one.Name != facts.Name) is { } same)
        {
            Fault(node, $"the data sets '{facts.Name}' and '{same.Name}' have the same images "
                + $"({OwnDataset.Shown(facts.Sha256!)}); leave one of them out.");
            return false;
        }

        _own[facts.Name] = facts;
        return true;
    }

    /// <summary>What images are called that only have a path: its last part, without endings and odd characters.</summary>
    private static string NameOf(string path)
    {
        var last = Path.GetFileName(path.TrimEnd('/', '\\'));
        var stem = last.Split('.', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        return string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')).TrimStart('-', '_');
    }
}
