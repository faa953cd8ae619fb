using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Finds the sweeps and trials that people name.</summary>
internal static class SweepLookup
{
    private const int Candidates = 12;

    /// <param name="name">A sweep's name, or the path of its file.</param>
    /// <exception cref="CliException">There is none; with the nearest name and the list.</exception>
    public static async Task<SweepStatus> FindAsync(IStore store, string name, CancellationToken cancellationToken)
    {
        if (IsFile(name))
            name = SweepFile.NameOf(name);

        if (await store.GetSweepAsync(name, cancellationToken) is { } found)
            return found;

        var names = (await store.ListSweepsAsync(cancellationToken)).Select(s => s.Name).ToList();
        throw new CliException(names.Count == 0
            ? $"no sweep '{name}': {store.Location} has no sweeps yet."
            : $"no sweep '{name}' in {store.Location}.{NearestName.Suggest(name, names)} "
            + $"There {(names.Count == 1 ? "is" : "are")}: {Listed(names)}.");
    }

    /// <param name="prefix">The start of a trial's id.</param>
    /// <exception cref="CliException">None or several match.</exception>
    public static async Task<TrialStatus> FindTrialAsync(
        IStore store, string prefix, string? sweep, CancellationToken cancellationToken)
    {
        var where = sweep is null ? store.Location : $"sweep '{sweep}'";
        if (prefix.Length == 0 || !prefix.All(char.IsAsciiHexDigit))
        {
            throw new CliException($"'{prefix}' is not the start of a trial's id (hexadecimal digits, as `vaesweep status SWEEP` "
                + "shows them).");
        }

        var found = await store.FindTrialsAsync(prefix.ToLowerInvariant(), sweep, Candidates + 1, cancellationToken);
        if (found.Count == 1)
            return found[0];

        if (found.Count == 0)
        {
            throw new CliException($"no trial of {where} starts with '{prefix}'. `vaesweep query \"SELECT sweep, trial, state "
                + "FROM trials\"` lists them.");
        }

        // The same configuration in two sweeps is one id: only the sweep's name can tell them apart.
        var same = found.Select(t => t.Id).Distinct(StringComparer.Ordinal).Count() == 1;
        var lines = found.Take(Candidates)
            .Select(t => $"  {t.Id}  {t.Sweep}  {t.State.ToString().ToLowerInvariant()}  seed {t.Seed}");
        var more = found.Count > Candidates ? "\n  ..." : "";
        throw new CliException($"'{prefix}' is the start of several trials "
            + $"of {where}; {(same ? "name the sweep with --sweep" : "type more of the one that is meant")}:\n"
            + $"{string.Join('\n', lines)}{more}");
    }

    public static bool IsFile(string name) =>
        name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static string Listed(List<string> names) =>
        names.Count <= Candidates ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Candidates))} "
            + $"and {names.Count - Candidates} more (`vaesweep list`)";
}
