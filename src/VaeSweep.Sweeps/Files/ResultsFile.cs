using System.Text;

namespace VaeSweep.Sweeps;

/// <summary>One value of a file of results, with the place where it stands.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">Of a table of comma-separated values: which field of the line, from 1; of JSON: the character.</param>
public sealed record ResultsCell(string Name, string Text, int Line, int Column);

/// <summary>Reads others' results: comma-separated values with a head line, or a JSON list of objects.</summary>
public static class ResultsFile
{
    /// <returns>Row by row, the cells that are not empty.</returns>
    /// <exception cref="SweepFileException">It is no such file.</exception>
    public static IReadOnlyList<IReadOnlyList<ResultsCell>> Parse(string text, string file) =>
        text.AsSpan().TrimStart().StartsWith("[") || text.AsSpan().TrimStart().StartsWith("{")
            ? OfJson(text, file) : OfCsv(text, file);

    private static List<IReadOnlyList<ResultsCell>> OfJson(string text, string file)
    {
        var faults = new List<SweepFault>();
        void Fault(SourceNode node, string message) => faults.Add(new(file, node.Line, node.Column, message));
        // JSON is YAML, whose reader knows where everything stands.
        var root = YamlReader.Read(text, file, Fault);
        var rows = new List<IReadOnlyList<ResultsCell>>();
        if (root is { Kind: NodeKind.List })
        {
            foreach (var row in root.Items)
            {
                if (row.Kind == NodeKind.Map)
                {
                    rows.Add([.. row.Entries.Where(one => one.Value.Kind != NodeKind.Null)
                        .Select(one => new ResultsCell(one.Key.Text, Flow(one.Value), one.Value.Line, one.Value.Column))]);
                }
                else
                {
                    Fault(row, $"a row is an object, {{\"model.latent\": 20, \"test_nll\": 98.1}}; found {row.Describe()}.");
                }
            }
        }
        else if (root is not null)
        {
            Fault(root, $"results are a list of objects; found {root.Describe()}.");
        }

        return faults.Count == 0 ? rows : throw new SweepFileException([.. faults]);
    }

    private static string Flow(SourceNode node) =>
        node.Kind == NodeKind.List ? $"[{string.Join(", ", node.Items.Select(Flow))}]" : node.Text;

    private static List<IReadOnlyList<ResultsCell>> OfCsv(string text, string file)
    {
        var records = Records(text, file);
        if (records.Count == 0)
            throw new SweepFileException([new(file, 1, 1, "is empty; its first line names the columns.")]);
        var head = records[0].Fields.ConvertAll(name => name.Trim());
        var rows = new List<IReadOnlyList<ResultsCell>>();
        var faults = new List<SweepFault>();
        foreach (var (line, fields) in records.Skip(1))
        {
            if (fields.Count != head.Count)
            {
                faults.Add(new(file, line, Math.Min(fields.Count, head.Count) + 1,
                    $"the line has {fields.Count} fields, and the first line names {head.Count}."));
                continue;
            }

            rows.Add([.. fields.Select((field, i) => new ResultsCell(head[i], field.Trim(), line, i + 1))
                .Where(cell => cell.Text.Length > 0)]);
        }

        return faults.Count == 0 ? rows : throw new SweepFileException([.. faults]);
    }

    /// <summary>Lines of fields; a field in quotes may hold commas, line ends, and quotes twice.</summary>
    private static List<(int Line, List<string> Fields)> Records(string text, string file)
    {
        var records = new List<(int, List<string>)>();
        var (fields, field, line, began, quoted, blank) = (new List<string>(), new StringBuilder(), 1, 1, false, true);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quoted && i == text.Length)
                throw new SweepFileException([new(file, began, fields.Count + 1, "a quote is opened and never closed.")]);
            if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                    i++;
                else if (c == '"')
                    quoted = false;
                if (quoted)
                    field.Append(c);
                line += c == '\n' ? 1 : 0;
            }
            else if (c == '"' && field.Length == 0)
            {
                (quoted, blank) = (true, false);
            }
            else if (c == ',')
            {
                fields.Add(field.ToString());
                (blank, _) = (false, field.Clear());
            }
            else if (c == '\n')
            {
                fields.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (!blank || fields[0].Trim().Length > 0)
                    records.Add((began, fields));
                (fields, blank, began, line) = ([], true, line + 1, line + 1);
            }
            else
            {
                field.Append(c);
            }
        }

        return records;
    }
}
