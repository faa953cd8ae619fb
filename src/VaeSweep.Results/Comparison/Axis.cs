using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>A path to group by. `model.latent: 5` and `model.layers: [5]` are the same, whichever a configuration has.</summary>
internal sealed class Axis
{
    private const string SeedPath = "seed";
    private readonly ConfigIndex _index;
    private readonly int _column;
    private readonly (int Column, Func<SettingValue, SettingValue> Convert)? _other;
    private readonly Dictionary<SettingValue, SettingValue> _converted = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly List<SettingValue> _values = [];

    private Axis(string path, ConfigIndex index, int column, (int Column, Func<SettingValue, SettingValue> Convert)? other)
    {
        (Path, _index, _column, _other) = (path, index, column, other);
    }

    public string Path { get; }

    /// <summary>A path that trials are chosen by.</summary>
    /// <exception cref="ResultsException">There is no such configuration path.</exception>
    public static Axis ToChooseBy(string path, ConfigIndex index) =>
        Of(path, index, $"there is no configuration path '{path}'.");

    /// <exception cref="ResultsException">There is no such configuration path, or it is the seed.</exception>
    public static Axis Of(string path, ConfigIndex index) => path != SeedPath
        ? Of(path, index, $"cannot group by '{path}': there is no such configuration path.")
        : throw new ResultsException("cannot group by 'seed': a table is made over the seeds. `vaesweep why SWEEP` lists the "
            + "value of every trial.");

    private static Axis Of(string path, ConfigIndex index, string absent)
    {
        var known = ConfigSchema.Find(path);
        return index.ColumnOf(path) is null && known is null
            ? throw new ResultsException($"{absent}{NearestName.Suggest(path, ConfigSchema.Writable)} "
                + $"Known: {string.Join(", ", ConfigSchema.Writable)}.")
            : new Axis(path, index, index.ColumnOf(path) ?? ConfigIndex.Absent, Other(path, known, index));
    }

    /// <returns>Null where the configuration has no such path.</returns>
    public SettingValue? ValueOf(int[] codes)
    {
        if (_index.Value(_column, ConfigIndex.CodeAt(codes, _column)) is { } own)
            return own;

        if (_other is not { } other || _index.Value(other.Column, ConfigIndex.CodeAt(codes, other.Column)) is not { } written)
            return null;

        if (!_converted.TryGetValue(written, out var value))
            _converted.Add(written, value = other.Convert(written));

        return value;
    }

    /// <summary>A number for the value of a configuration; equal values have equal numbers.</summary>
    public int CodeOf(int[] codes)
    {
        if (ValueOf(codes) is not { } value)
            return ConfigIndex.Absent;

        if (!_codes.TryGetValue(value.Json, out var code))
        {
            _codes.Add(value.Json, code = _values.Count);
            _values.Add(value);
        }

        return code;
    }

    public SettingValue? Value(int code) => code == ConfigIndex.Absent ? null : _values[code];

    private static (int Column, Func<SettingValue, SettingValue> Convert)? Other(
        string path, ConfigPath? known, ConfigIndex index)
    {
        if (known?.ShortFor is { } whole)
            return index.ColumnOf(whole) is { } column ? (column, Unwrapped) : null;

        var shorter = ConfigSchema.Writable.FirstOrDefault(name => ConfigSchema.Find(name)?.ShortFor == path);
        return shorter is not null && index.ColumnOf(shorter) is { } single
            ? (single, value => new SettingValue($"[{value.Json}]")) : null;
    }

    private static SettingValue Unwrapped(SettingValue list) =>
        list.Json.StartsWith('[') && !list.Json.Contains(',') ? new SettingValue(list.Json[1..^1]) : list;
}
