using System.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Tells configurations by what they differ in. A sweep's points agree in nearly every path: a table over 20,000 of them
/// reads one whole configuration and 20,000 short lists instead of 20,000 configurations. For one submit; one thread.</summary>
internal sealed class PointChanges
{
    /// <summary>Configurations with other paths need another base; kinds of models are few.</summary>
    private const int MostBases = 64;

    private readonly List<(string Text, List<Range> Properties)> _bases = [];

    /// <summary>A trial's configuration without its seed.</summary>
    /// <remarks>As text, because the canonical form has one way to write it and a million trials must pass in seconds.</remarks>
    public static string WithoutSeed(Trial trial) => SeedIn(trial) is (>= 0, _) seed
        ? trial.ConfigJson.Remove(seed.At, seed.Length) : trial.ConfigJson;

    /// <summary>Where a trial's configuration names its seed.</summary>
    /// <returns>At is -1 when it does not.</returns>
    public static (int At, int Length) SeedIn(Trial trial)
    {
        var entry = SeedEntry(trial.Seed);
        var config = trial.ConfigJson;
        for (var at = config.IndexOf(entry, StringComparison.Ordinal); at >= 0; at =
            config.IndexOf(entry, at + 1, StringComparison.Ordinal))
        {
            if (at + entry.Length < config.Length && config[at + entry.Length] is ',' or '}')
                return (at, entry.Length);
        }

        return (-1, 0);
    }

    /// <summary>The configuration of a trial of a point: <see cref="WithoutSeed"/> undone.</summary>
    public static string WithSeed(string point, int seedAt, long seed) => seedAt < 0
        ? point : point.Insert(seedAt, SeedEntry(seed));

    private static string SeedEntry(long seed) => $",\"seed\":{seed}";

    /// <summary>The configuration that <see cref="Of"/> told: the base's, with the changes in their places.</summary>
    public static string Applied(string @base, string changes)
    {
        var (theirs, ours) = (Cut(@base), Cut(changes));
        var text = new StringBuilder(@base.Length + changes.Length).Append('{');
        var place = 0;
        foreach (var property in ours)
        {
            var name = NameOf(changes.AsSpan(property));
            while (place < theirs.Count && NameOf(@base.AsSpan(theirs[place])).SequenceCompareTo(name) < 0)
                Add(@base.AsSpan(theirs[place++]));
            if (place < theirs.Count && NameOf(@base.AsSpan(theirs[place])).SequenceEqual(name))
                place++;
            Add(changes.AsSpan(property));
        }

        while (place < theirs.Count)
            Add(@base.AsSpan(theirs[place++]));
        return text.Append('}').ToString();

        void Add(ReadOnlySpan<char> property) => text.Append(text.Length > 1 ? "," : "").Append(property);
    }

    /// <param name="point">A flat JSON object in canonical form: paths in order, no spaces.</param>
    /// <returns>The configuration that it is told against (itself, when it is the first of its kind), and as a JSON object the
    /// values that the base has not. Every path of the base is one of the point's.</returns>
    public (string Base, string Changes) Of(string point)
    {
        var properties = Cut(point);
        for (var i = 0; i < _bases.Count; i++)
        {
            if (Differences(point, properties, _bases[i].Text, _bases[i].Properties) is { } changes)
            {
                // The one that served serves again, most often.
                (_bases[0], _bases[i]) = (_bases[i], _bases[0]);
                return (_bases[0].Text, changes);
            }
        }

        if (_bases.Count == MostBases)
            _bases.RemoveAt(MostBases - 1);
        _bases.Insert(0, (point, properties));
        return (point, "{}");
    }

    /// <returns>Null when the base has a path that the point lacks.</returns>
    private static string? Differences(string point, List<Range> properties, string other, List<Range> others)
    {
        var changes = new StringBuilder("{");
        var place = 0;
        foreach (var property in properties)
        {
            var written = point.AsSpan(property);
            if (place < others.Count && NameOf(written).SequenceEqual(NameOf(other.AsSpan(others[place]))))
            {
                if (written.SequenceEqual(other.AsSpan(others[place++])))
                    continue;
            }

            changes.Append(changes.Length > 1 ? "," : "").Append(written);
        }

        return place == others.Count ? changes.Append('}').ToString() : null;
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> property) => property[..(property[1..].IndexOf('"') + 1)];

    /// <summary>Where the properties of an object stand: "name":value.</summary>
    private static List<Range> Cut(string json)
    {
        var properties = new List<Range>();
        var (start, depth, quoted) = (1, 0, false);
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case '\\' when quoted:
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '{' or '[' when !quoted:
                    depth++;
                    break;
                case ',' when !quoted && depth == 1:
                    properties.Add(start..i);
                    start = i + 1;
                    break;
                case '}' or ']' when !quoted:
                    if (--depth == 0 && i > start)
                        properties.Add(start..i);
                    break;
                default:
                    break;
            }
        }

        return properties;
    }
}
