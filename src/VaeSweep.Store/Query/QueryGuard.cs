using SQLitePCL;

namespace VaeSweep.Store;

/// <summary>Says to SQLite what a query may do, which is to read the documented views, and remembers what was refused.</summary>
internal sealed class QueryGuard
{
    private static readonly HashSet<string> _readable =
        new([.. ViewCatalog.Views.Select(view => view.Name), "json_each", "json_tree"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What the first refusal was about, in words.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The name that it was about.</summary>
    public string? Refused { get; private set; }

    /// <summary>It wanted something else than to read.</summary>
    public bool Writes { get; private set; }

    /// <summary>SQLite's callback while it prepares a statement.</summary>
    /// <param name="view">The view through which something is read, if any.</param>
    public int Authorize(int action, string? first, string? second, string? view)
    {
        switch (action)
        {
            case raw.SQLITE_SELECT or raw.SQLITE_RECURSIVE:
                return raw.SQLITE_OK;
            case raw.SQLITE_FUNCTION:
                return QueryFunctions.Allowed.Contains(second!) ? raw.SQLITE_OK
                    : Refuse(second!, $"The function {second} is not for queries.");
            case raw.SQLITE_READ when MayRead(first!, second, view):
                return raw.SQLITE_OK;
            case raw.SQLITE_READ:
                return Refuse(first!, $"There is no view '{first}'. Views: {QueryAdvice.ViewNames}.");
            default:
                Writes = true;
                return raw.SQLITE_DENY;
        }
    }

    /// <summary>Base tables are reached through the views alone, so that their shape may change.</summary>
    private static bool MayRead(string table, string? column, string? view) =>
        view is not null || _readable.Contains(table)
        // One that takes part, but no column of which is read: a flattened view's join, or a common table expression. SQLite's
        // own tables do not.
        || (string.IsNullOrEmpty(column) && !table.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase)
            && !table.StartsWith("pragma_", StringComparison.OrdinalIgnoreCase));

    private int Refuse(string name, string refusal)
    {
        Refused ??= name;
        Refusal ??= refusal;
        return raw.SQLITE_DENY;
    }
}
