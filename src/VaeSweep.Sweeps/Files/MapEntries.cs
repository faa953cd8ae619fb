namespace VaeSweep.Sweeps;

/// <summary>The entries of a YAML map while it is read: each key once, and what merge keys (`&lt;&lt;`) bring in where the map
/// does not say it
/// itself.</summary>
/// <param name="entries">Where they are kept, in the order of the file.</param>
internal sealed class MapEntries(List<KeyValuePair<SourceNode, SourceNode>> entries, Action<SourceNode, string> fault)
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _merged = new(StringComparer.Ordinal);
    private SourceNode? _mergeKey;

    /// <summary>Takes in what the map says itself.</summary>
    public void Add(SourceNode key, SourceNode value)
    {
        if (_places.TryAdd(key.Text, entries.Count))
            entries.Add(new(key, value));
        else if (_merged.Remove(key.Text))
            entries[_places[key.Text]] = new(key, value);
        else
            fault(key, $"'{key.Text}' is given twice, first in line {entries[_places[key.Text]].Key.Line}.");
    }

    /// <summary>Takes in a map, or of several the first that has a key, where the map has not that key itself.</summary>
    public void Merge(SourceNode key, SourceNode value)
    {
        if (_mergeKey is { } first)
            fault(key, $"'<<' is given twice, first in line {first.Line}; several maps are merged by a list: <<: [*a, *b].");

        _mergeKey = key;
        foreach (var source in value.Kind == NodeKind.List ? value.Items : [value])
        {
            if (source.Kind != NodeKind.Map)
            {
                fault(source, $"<< takes a map or a list of maps, like <<: *name; found {source.Describe()}.");
                continue;
            }

            foreach (var (name, setting) in source.Entries)
            {
                if (!_places.TryAdd(name.Text, entries.Count))
                    continue;

                _merged.Add(name.Text);
                entries.Add(new(name, setting));
            }
        }
    }
}
