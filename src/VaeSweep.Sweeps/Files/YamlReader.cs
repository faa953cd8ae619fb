using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VaeSweep.Sweeps;

/// <summary>Reads one YAML document into nodes that know their place. Refuses what could exhaust memory or hide a meaning: deep
/// nesting, aliases that multiply, tags, several documents, a key given twice.</summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 40;
    private const long MaxNodes = 500_000;

    private readonly string _file;
    private readonly Action<SourceNode, string> _fault;
    private readonly Dictionary<string, SourceNode> _anchors = new(StringComparer.Ordinal);
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private long _nodes;

    private YamlReader(string text, string file, Action<SourceNode, string> fault)
    {
        _file = file;
        _fault = fault;
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <returns>Null when the text is no YAML or holds nothing; the reason is told to <paramref name="fault"/>.</returns>
    public static SourceNode? Read(string text, string file, Action<SourceNode, string> fault)
    {
        YamlReader? reader = null;
        try
        {
            reader = new YamlReader(text, file, fault);
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            var (line, column, message) = YamlFault.Explain(e, text);
            fault(new SourceNode { Kind = NodeKind.Null, File = file, Line = line, Column = column }, message);
            return null;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or SweepFileException))
        {
            // The library's scanner takes things off empty stacks and reads past its buffer where a text is malformed in ways
            // that
            // it did not foresee; what it throws then says nothing to a person, and where it stood is all that is known.
            var (line, column, message) = YamlFault.Explain(reader?._scanner.CurrentPosition ?? Mark.Empty, text);
            fault(new SourceNode { Kind = NodeKind.Null, File = file, Line = line, Column = column }, message);
            return null;
        }
    }

    private SourceNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _fault(new SourceNode { Kind = NodeKind.Null, File = _file, Line = 1, Column = 1 },
                "the file is empty; a sweep needs at least a name.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            _fault(At(NodeKind.Null, second), "a second YAML document starts here; a file holds one sweep.");

        return root;
    }

    private SourceNode ReadNode(int depth)
    {
        var now = _parser.Current ?? throw new YamlException("unexpected end");
        if (depth > MaxDepth)
            throw new YamlException(now.Start, now.End, $"nested more than {MaxDepth} levels deep");

        if (now is AnchorAlias alias)
        {
            _parser.MoveNext();
            if (!_anchors.TryGetValue(alias.Value.Value, out var target))
                throw new YamlException(alias.Start, alias.End, $"the alias *{alias.Value} has no complete anchor before it");

            Count(target.Size, alias);
            return target;
        }

        var node = (NodeEvent)now;
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            _fault(At(NodeKind.Null, node), $"YAML tags such as {node.Tag.Value} have no meaning here; leave it out.");

        Count(1, node);
        var before = _nodes;
        var read = node switch
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
        return SourceNode.Scalar(scalar.Value, scalar.Style != ScalarStyle.Plain, _file, (int)scalar.Start.Line,
            (int)scalar.Start.Column);
    }

    private SourceNode ReadList(int depth)
    {
        var list = At(NodeKind.List, _parser.Consume<SequenceStart>());
        while (!_parser.TryConsume<SequenceEnd>(out _))
            list.Items.Add(ReadNode(depth + 1));

        return list;
    }

    private SourceNode ReadMap(int depth)
    {
        var map = At(NodeKind.Map, _parser.Consume<MappingStart>());
        var entries = new MapEntries(map.Entries, _fault);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key.Kind is NodeKind.List or NodeKind.Map)
                _fault(key, "a key is a name, not " + key.Describe() + ".");
            else if (key is { Text: "<<", Quoted: false })
                entries.Merge(key, value);
            else
                entries.Add(key, value);
        }

        return map;
    }

    private void Count(long nodes, ParsingEvent at)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
            throw new YamlException(at.Start, at.End, $"more than {MaxNodes} values once aliases are written out");
    }

    private SourceNode At(NodeKind kind, ParsingEvent at) =>
        new() { Kind = kind, File = _file, Line = (int)at.Start.Line, Column = (int)at.Start.Column };

    private static SourceNode Sized(SourceNode node, long size) => new()
    {
        Kind = node.Kind, File = node.File, Line = node.Line, Column = node.Column, Text = node.Text, Quoted = node.Quoted,
        Flag = node.Flag,
        Int = node.Int, Number = node.Number, Items = node.Items, Entries = node.Entries, Size = size,
    };
}
