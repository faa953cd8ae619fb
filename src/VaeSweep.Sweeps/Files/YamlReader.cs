using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VaeSweep.Sweeps;

/// <summary>Reads one YAML document into nodes that know their place. Refuses what could exhaust memory or hide a meaning: deep nesting,
/// aliases that multiply, tags, merge keys, several documents, a key given twice.</summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 40;
    private const long MaxNodes = 500_000;

    private readonly string _file;
    private readonly Action<SourceNode, string> _fault;
    private readonly Dictionary<string, SourceNode> _anchors = new(StringComparer.Ordinal);
    private readonly Parser _parser;
    private long _nodes;

    private YamlReader(string text, string file, Action<SourceNode, string> fault)
    {
        _file = file;
        _fault = fault;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <returns>Null when the text is no YAML or holds nothing; the reason is told to <paramref name="fault"/>.</returns>
    public static SourceNode? Read(string text, string file, Action<SourceNode, string> fault)
    {
        try
        {
            return new YamlReader(text, file, fault).ReadDocument();
        }
        catch (YamlException e)
        {
            (int line, int column, string message) = Explain(e, text);
            fault(new SourceNode { Kind = NodeKind.Null, File = file, Line = line, Column = column }, message);
            return null;
        }
    }

    private SourceNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _fault(new SourceNode { Kind = NodeKind.Null, File = _file, Line = 1, Column = 1 }, "the file is empty; a sweep needs at least a name.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        SourceNode root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out DocumentStart? second))
        {
            _fault(At(NodeKind.Null, second), "a second YAML document starts here; a file holds one sweep.");
        }

        return root;
    }

    private SourceNode ReadNode(int depth)
    {
        ParsingEvent now = _parser.Current ?? throw new YamlException("unexpected end");
        if (depth > MaxDepth)
        {
            throw new YamlException(now.Start, now.End, $"nested more than {MaxDepth} levels deep");
        }

        if (now is AnchorAlias alias)
        {
            _parser.MoveNext();
            if (!_anchors.TryGetValue(alias.Value.Value, out SourceNode? target))
            {
                throw new YamlException(alias.Start, alias.End, $"the alias *{alias.Value} has no complete anchor before it");
            }

            Count(target.Size, alias);
            return target;
        }

        var node = (NodeEvent)now;
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            _fault(At(NodeKind.Null, node), $"YAML tags such as {node.Tag.Value} have no meaning here; leave it out.");
        }

        Count(1, node);
        long before = _nodes;
        SourceNode read = node switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadList(depth),
            MappingStart => ReadMap(depth),
            _ => throw new YamlException(node.Start, node.End, "unexpected " + node),
        };
        if (!node.Anchor.IsEmpty)
        {
            read = Sized(read, 1 + _nodes - before);
            _anchors[node.Anchor.Value] = read;
        }

        return read;
    }

    private SourceNode ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        return SourceNode.Scalar(scalar.Value, scalar.Style != ScalarStyle.Plain, _file, (int)scalar.Start.Line, (int)scalar.Start.Column);
    }

    private SourceNode ReadList(int depth)
    {
        SourceNode list = At(NodeKind.List, _parser.Consume<SequenceStart>());
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            list.Items.Add(ReadNode(depth + 1));
        }

        return list;
    }

    private SourceNode ReadMap(int depth)
    {
        SourceNode map = At(NodeKind.Map, _parser.Consume<MappingStart>());
        var first = new Dictionary<string, SourceNode>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            SourceNode key = ReadNode(depth + 1);
            SourceNode value = ReadNode(depth + 1);
            if (key.Kind is NodeKind.List or NodeKind.Map)
            {
                _fault(key, "a key is a name, not " + key.Describe() + ".");
            }
            else if (key is { Text: "<<", Quoted: false })
            {
                _fault(key, "merge keys (<<) are not supported; write the settings out, or put shared ones at the top of the file.");
            }
            else if (!first.TryAdd(key.Text, key))
            {
                _fault(key, $"'{key.Text}' is given twice, first in line {first[key.Text].Line}.");
            }
            else
            {
                map.Entries.Add(new(key, value));
            }
        }

        return map;
    }

    private void Count(long nodes, ParsingEvent at)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            throw new YamlException(at.Start, at.End, $"more than {MaxNodes} values once aliases are written out");
        }
    }

    private SourceNode At(NodeKind kind, ParsingEvent at) => new() { Kind = kind, File = _file, Line = (int)at.Start.Line, Column = (int)at.Start.Column };

    private static SourceNode Sized(SourceNode node, long size) => new()
    {
        Kind = node.Kind, File = node.File, Line = node.Line, Column = node.Column, Text = node.Text, Quoted = node.Quoted, Flag = node.Flag,
        Int = node.Int, Number = node.Number, Items = node.Items, Entries = node.Entries, Size = size,
    };

    /// <summary>The scanner reports a tab as whatever it broke, often at the start of the file; the tab is what a person must find.</summary>
    private static (int Line, int Column, string Message) Explain(YamlException e, string text)
    {
        int line = Math.Max(1, (int)e.Start.Line);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string indent = lines[i][..^lines[i].TrimStart().Length];
            int tab = indent.IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 0 && indent.Length < lines[i].TrimEnd().Length)
            {
                return (i + 1, tab + 1, "a tab in the indentation; YAML is indented with spaces.");
            }
        }

        return (line, Math.Max(1, (int)e.Start.Column), "not valid YAML: " + e.Message.TrimEnd('.') + ".");
    }
}
