using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Reads configuration paths as a sweep's tables and figures print them.</summary>
internal sealed class ShortNames(params IReadOnlyList<SweepDefinition> definitions)
{
    private readonly IReadOnlyList<string> _shown =
        [.. definitions.SelectMany(one => (string[])[.. one.Table.By, .. one.Table.Columns, .. one.VaryingPaths])];

    /// <returns>The whole path; a name that no path ends with as it is, for the message of whoever wants a path there.</returns>
    /// <exception cref="CliException">Several paths end so.</exception>
    public string Path(string name) => ShortPath.Find(name, _shown) switch
    {
        [var path] => path,
        [] => name,
        var several => throw new CliException(ShortPath.Ambiguous(name, several)),
    };

    public IReadOnlyList<string>? Paths(IReadOnlyList<string>? names) => names is null
        ? null : [.. names.Select(Path).Distinct(StringComparer.Ordinal)];

    /// <summary>Names that may be metrics, too, which come first.</summary>
    public IReadOnlyList<string>? PathsOrMetrics(IReadOnlyList<string>? names) =>
        names is null
            ? null : [.. names.Select(name => MetricList.Find(name) is null ? Path(name) : name)
                .Distinct(StringComparer.Ordinal)];

    /// <exception cref="CliException">One path is named twice, or several paths end so.</exception>
    public Dictionary<string, string>? Keys(IReadOnlyDictionary<string, string>? settings)
    {
        var whole = settings?.Select(setting => (Path: Path(setting.Key), setting.Key, setting.Value)).ToList();
        return whole?.GroupBy(one => one.Path).FirstOrDefault(group => group.Skip(1).Any()) is { } twice
            ? throw new CliException($"{string.Join(" and ", twice.Select(one => one.Key))} are both {twice.Key}: one value "
                + "is enough.")
            : whole?.ToDictionary(one => one.Path, one => one.Value, StringComparer.Ordinal);
    }
}
