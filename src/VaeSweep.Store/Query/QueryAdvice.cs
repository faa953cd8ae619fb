using System.Text.RegularExpressions;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What to say about a query that is refused; the same words in every store.</summary>
internal static partial class QueryAdvice
{
    private static readonly string[] _reading = ["SELECT", "WITH", "VALUES", "TABLE", "EXPLAIN"];

    private static readonly string[] _columns =
        [.. ViewCatalog.Views.SelectMany(view => view.Columns).Select(column => column.Name).Distinct(StringComparer.Ordinal)];

    public static string ViewNames { get; } = string.Join(", ", ViewCatalog.Views.Select(view => view.Name));

    public static string ForView(string name) => NearestName.Find(name, ViewCatalog.Views.Select(view => view.Name)) is { } near
        ? $" Did you mean {near}? Views: {ViewNames}."
        : $" Views: {ViewNames}.";

    /// <param name="name">Perhaps with its view or alias before a dot.</param>
    public static string ForColumn(string name)
    {
        var column = name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant();
        return ViewsWith(column) is { Count: > 0 } views ? $" {Wording(views)} it."
            : NearestName.Find(column, _columns) is { } near ? $" Did you mean {near}? {Wording(ViewsWith(near))} it."
            : "";

        static string Wording(List<string> views) => views.Count == 1
            ? $"The view {views[0]} has"
            : $"The views {string.Join(", ", views[..^1])} and {views[^1]} have";
    }

    private static List<string> ViewsWith(string column) =>
        [.. ViewCatalog.Views.Where(view => view.Columns.Any(one => one.Name == column)).Select(view => view.Name)];

    public static StoreQueryException Empty() =>
        new("The query is empty. Example: SELECT trial, state FROM trials LIMIT 5", null);

    public static StoreQueryException Several(int position) =>
        new("One query at a time: there is more SQL after the first ';'.", position);

    /// <returns>Null when the query begins as one that reads.</returns>
    public static StoreQueryException? NoReading(string sql) =>
        FirstWordPattern().Match(sql) is { Success: true } word
        && _reading.Contains(word.Groups[1].Value, StringComparer.OrdinalIgnoreCase) ? null : ReadsOnly(sql, null);

    /// <summary>Points at the first word: it is what the query would do.</summary>
    public static StoreQueryException ReadsOnly(string sql, Exception? inner)
    {
        var word = FirstWordPattern().Match(sql) is { Success: true } found ? found.Groups[1] : null;
        return new StoreQueryException(
            $"A query may only read the views {ViewNames}; it begins with SELECT, WITH or VALUES.", word?.Index, inner);
    }

    /// <returns>Where a name stands as a word of its own; null: nowhere.</returns>
    public static int? PlaceOf(string name, string sql) =>
        Regex.Match(
            sql, $@"(?<!\w){Regex.Escape(name)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1))
            is { Success: true } found ? found.Index : null;

    public static StoreQueryException TooLong(TimeSpan timeout, Exception? inner) =>
        new(
            $"The query took longer than {timeout.TotalSeconds:0.###} s and was ended. Narrow it down, or allow more time "
            + "(--timeout).", null, inner);

    /// <summary>One value that is too large, or the SQL itself.</summary>
    public static StoreQueryException TooLarge(string sql, int valueBytes, Exception inner) => sql.Length >= QueryLimits.SqlBytes
        ? new($"The query has {sql.Length:#,0} characters; at most {QueryLimits.SqlBytes:#,0} bytes are possible.", null, inner)
        : new(
            $"The query asked for a text or blob of more than {valueBytes >> 20} MiB and was ended. Take a part of it with "
            + "substr(), or put fewer rows together with group_concat() and the like.", null, inner);

    public static StoreQueryException TooMuchMemory(long bytes, Exception inner) => new(
        $"The query needed more than {bytes >> 20} MiB of memory at once and was ended. Ask for fewer or smaller columns "
        + "where it sorts, groups or joins, or narrow it down with WHERE.", null, inner);

    public static StoreQueryException TooManyFiles(long bytes, Exception inner) => new(
        $"The query put more than {bytes >> 20:#,0} MiB into temporary files and was ended. Narrow it down before it sorts, "
        + "groups or joins.", null, inner);

    public static StoreQueryException NoRoom(Exception inner) => new(
        "The disk of the temporary files, which the query needs to sort, group or join, is full or failed. Free space there, or "
        + "name another folder with SQLITE_TMPDIR.", null, inner);

    /// <param name="name">With its sign.</param>
    public static StoreQueryException NoValue(string name, IReadOnlyDictionary<string, object?>? parameters)
    {
        var given = parameters is { Count: > 0 } ? string.Join(", ", parameters.Keys) : "none";
        return new StoreQueryException($"The parameter {name} has no value. Given: {given}.", null);
    }

    [GeneratedRegex(@"^(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*([A-Za-z]+)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex FirstWordPattern();
}
