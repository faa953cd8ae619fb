using System.Globalization;

namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private const int MaxValues = 1_000_000;

    private void ReadParameters(SourceNode node, BlockDraft draft)
    {
        if (node.Kind != NodeKind.Map)
        {
            Fault(node, "parameters takes a map of paths and their values, like { model.latent: [2, 10] }; "
                + $"found {node.Describe()}.");
            return;
        }

        foreach ((var key, var value) in node.Entries)
        {
            if (ReadPath(key) is { } path)
            {
                var axis = ReadParameter(key, path, value);
                AddAxis(draft, axis);
                if (axis is null)
                    _unread.Add(ConfigSchema.At(path.ShortFor ?? path.Name).Index);
            }
        }
    }

    private void AddAxis(BlockDraft draft, AxisDraft? axis)
    {
        if (axis is null)
            return;

        foreach (var column in axis.Columns)
        {
            var first = draft.Axes.SelectMany(other => other.Columns)
                .FirstOrDefault(other => other.Path.Index == column.Path.Index);
            if (first is not null)
            {
                Fault(column.Node, $"{column.Written} varies in line {first.Node.Line} "
                    + $"already{(first.Written == column.Written ? "" : $" as {first.Written}")}.");
            }
        }

        draft.Axes.Add(axis);
    }

    private AxisDraft? ReadParameter(SourceNode key, ConfigPath path, SourceNode node)
    {
        var axis = new AxisDraft(key);
        List<ConfigValue>? values;
        if (node.Kind == NodeKind.Map)
        {
            CheckKeys(node, path.Name, _specKeys);
            var given = node.Entries.Select(entry => entry.Key.Text)
                .Where(name => name != "when" && _specKeys.Contains(name)).ToArray();
            if (given.Length != 1)
            {
                Fault(node, $"{path.Name} takes a list, or a map with one of values, range, log_range, uniform, log_uniform, and "
                    + $"perhaps when; found {(given.Length == 0 ? "none of them" : string.Join(" and ", given))}.");
                return null;
            }

            if (Get(node, "when") is { } when)
                axis.When.AddRange(ReadWhen(when));

            var spec = Get(node, given[0])!;
            if (given[0] is "uniform" or "log_uniform")
            {
                axis.Distribution = ReadDistribution(path, given[0], spec);
                values = axis.Distribution is null ? null : [];
            }
            else
            {
                values = given[0] == "values" ? ReadValues(path, spec) : ReadRange(path, given[0], spec);
            }
        }
        else
        {
            values = ReadValues(path, node);
        }

        if (values is null)
            return null;

        axis.Columns.Add(new ColumnDraft(ConfigSchema.At(path.ShortFor ?? path.Name), path.Name, key, values));
        return axis;
    }

    /// <returns>Null when there was a fault.</returns>
    private List<ConfigValue>? ReadValues(ConfigPath path, SourceNode node, bool mayRepeat = false)
    {
        var faultsBefore = _faults.Count;
        if (node.Kind != NodeKind.List || node.Items.Count == 0)
        {
            if (node.Kind is NodeKind.List or NodeKind.Null or NodeKind.Map)
            {
                Fault(node, $"{path.Name} needs at least one value; found {node.Describe()}.");
                return null;
            }

            // One value is a list of one.
            return ReadValue(path, node) is { } single ? [TrialConfigJson.Whole(path, single).Value] : null;
        }

        if (path.IsList && node.Items.TrueForAll(item => item.Kind != NodeKind.List))
        {
            Fault(node, $"each value of {path.Name} is {path.Expected}; a list of one such value is written [[...]].");
            return null;
        }

        var values = new List<ConfigValue>();
        var seen = new HashSet<ConfigValue>();
        foreach (var item in node.Items)
        {
            if (ReadValue(path, item) is not { } value)
                continue;

            value = TrialConfigJson.Whole(path, value).Value;
            values.Add(value);
            if (!seen.Add(value) && !mayRepeat)
                Fault(item, $"{path.Name} has the value {path.Read(item, (_, _) => { })} twice.");
        }

        return _faults.Count == faultsBefore ? values : null;
    }

    /// <summary>`range: [from, to, step]`, both ends included, or `log_range: [from, to, count]`, evenly spaced in the
    /// logarithm.</summary>
    private List<ConfigValue>? ReadRange(ConfigPath path, string kind, SourceNode node)
    {
        var log = kind == "log_range";
        if (!TakesNumbers(path, kind, node))
            return null;

        if (node.Kind != NodeKind.List || node.Items.Count is < 2 or > 3 || (log && node.Items.Count != 3)
            || node.Items.Exists(item => item.Kind is not (NodeKind.Int or NodeKind.Number)))
        {
            Fault(node, log ? "log_range takes three numbers: [from, to, count]." : "range takes two or three numbers: [from, "
                + "to, step]; the step is 1 when left out.");
            return null;
        }

        if (!node.Items.TrueForAll(item => decimal.TryParse(item.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            Fault(node, $"{kind} has a number that is too large or too small.");
            return null;
        }

        // Decimal, so that 0.1 + 2 * 0.1 is 0.3.
        var numbers = node.Items.Select(item => decimal.Parse(item.Text, NumberStyles.Float, CultureInfo.InvariantCulture))
            .ToArray();
        (var from, var to, var third) = (numbers[0], numbers[1], numbers.Length == 3 ? numbers[2] : 1);
        if ((log ? FaultOfLog(from, to, third) : FaultOfSteps(from, to, third)) is { } wrong)
        {
            Fault(node, wrong);
            return null;
        }

        var texts = log ? LogSteps(path, (double)from, (double)to, (int)third) : Steps(node, from, to, third);
        var faultsBefore = _faults.Count;
        var values = texts.Select(text =>
            path.Read(SourceNode.Scalar(text, quoted: false, node.File, node.Line, node.Column), Fault))
            .OfType<ConfigValue>().Select(value => TrialConfigJson.Whole(path, value).Value).ToList();
        return _faults.Count == faultsBefore ? values : null;
    }

    private static string? FaultOfLog(decimal from, decimal to, decimal count) =>
        from <= 0 || to <= from || count < 2 || count != Math.Floor(count)
            ? "log_range needs 0 < from < to, and a count of at least 2."
        : count > MaxValues ? $"log_range has at most {MaxValues} values; found {count}."
        : null;

    private static string? FaultOfSteps(decimal from, decimal to, decimal step) =>
        step == 0 || (to - from) / step < 0 || (to - from) / step > MaxValues
            ? $"range goes from {from} to {to} in steps of {step}, which never arrives or takes more than {MaxValues} steps."
            : null;

    // Neighbours that round to the same number are one: the texts rise with i, so that only the last can be met again.
    private static List<string> LogSteps(ConfigPath path, double from, double to, int count)
    {
        var whole = path.Kind != ValueKind.Number || path.ShortFor is not null;
        var texts = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var value = i == 0 ? from : i == count - 1 ? to : from * Math.Pow(to / from, i / (double)(count - 1));
            var text = (whole ? Math.Round(value) : value).ToString("G12", CultureInfo.InvariantCulture);
            if (texts.Count == 0 || texts[^1] != text)
                texts.Add(text);
        }

        return texts;
    }

    private List<string> Steps(SourceNode node, decimal from, decimal to, decimal step)
    {
        var texts = new List<string>();
        var last = from;
        for (var value = from; step > 0 ? value <= to : value >= to; value += step)
        {
            texts.Add(value.ToString(CultureInfo.InvariantCulture));
            last = value;
        }

        // Whoever writes [0, 10, 3] may believe that 10 is among the values.
        if (last != to)
        {
            Warn(node, string.Create(CultureInfo.InvariantCulture,
                $"range [{from}, {to}, {step}] ends at {last}: another step of {step} would pass {to}, which is left out."));
        }

        return texts;
    }

    private Distribution? ReadDistribution(ConfigPath path, string kind, SourceNode node)
    {
        if (!TakesNumbers(path, kind, node))
            return null;

        var log = kind == "log_uniform";
        if (node.Kind != NodeKind.List || node.Items.Count != 2)
        {
            Fault(node, $"{kind} takes two numbers: [from, to].");
            return null;
        }

        var ends = node.Items.Select(item => path.Read(item, Fault)).ToArray();
        if (ends[0] is null || ends[1] is null)
            return null;

        (var from, var to) = (ends[0]!.AsNumber(), ends[1]!.AsNumber());
        if (from >= to || (log && from <= 0))
        {
            Fault(node, log ? "log_uniform needs 0 < from < to." : "uniform needs from < to.");
            return null;
        }

        return new Distribution(log, from, to, path.Kind == ValueKind.Int);
    }

    private bool TakesNumbers(ConfigPath path, string kind, SourceNode node)
    {
        var numbers = path.Kind is ValueKind.Int or ValueKind.Number;
        if (!numbers)
            Fault(node, $"{kind} is for numbers; {path.Name} takes {path.Expected}.");

        return numbers;
    }

    private void ReadZips(SourceNode node, BlockDraft draft)
    {
        // One zip may stand without the list around it.
        var zips = node.Kind == NodeKind.List ? node.Items : [node];
        if (zips.Count == 0)
            Fault(node, "zip takes a list of maps of lists that go together; found an empty list.");

        foreach (var zip in zips)
        {
            if (zip.Kind != NodeKind.Map || zip.Entries.Count == 0)
            {
                Fault(zip, "a zip is a map of lists that go together, like { model.latent: [2, 10], train.epochs: [5, 20] }; "
                    + $"found {zip.Describe()}.");
                continue;
            }

            var axis = new AxisDraft(zip.Entries[0].Key);
            foreach ((var key, var value) in zip.Entries)
            {
                if (key.Text == "when")
                    axis.When.AddRange(ReadWhen(value));
                else if (ReadPath(key) is { } path && ReadValues(path, value, mayRepeat: true) is { } values)
                    axis.Columns.Add(new ColumnDraft(ConfigSchema.At(path.ShortFor ?? path.Name), path.Name, key, values));
            }

            CheckZip(zip, axis);
            if (axis.Columns.Count > 0)
                AddAxis(draft, axis);
        }
    }

    private void CheckZip(SourceNode zip, AxisDraft axis)
    {
        if (axis.Columns.Select(column => column.Values.Count).Distinct().Count() > 1)
        {
            Fault(zip, "lists of a zip have the same length; "
                + $"found {string.Join(", ", axis.Columns.Select(column => $"{column.Written} with {column.Values.Count}"))}.");
            axis.Columns.Clear();
            return;
        }

        if (axis.Columns.Select(column => column.Path.Index).Distinct().Count() < axis.Columns.Count)
        {
            Fault(zip, "a zip names the same path twice.");
            axis.Columns.Clear();
            return;
        }

        var rows = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < axis.Columns.FirstOrDefault()?.Values.Count; i++)
        {
            var row = i;
            if (!rows.Add(string.Join('|', axis.Columns.Select(column => column.Values[row].Json))))
                Fault(zip, $"entry {i + 1} of this zip repeats an earlier one.");
        }
    }
}
