namespace VaeSweep.Store;

/// <summary>What to say about a query that is refused; the same words in every store.</summary>
internal static class QueryAdvice
{
    public static string ViewNames { get; } = string.Join(", ", ViewCatalog.Views.Select(view => view.Name));

    public static string ForView(string name) => NearestName.Of(name, ViewCatalog.Views.Select(view => view.Name)) is { } near
        ? $" Did you mean {near}? Views: {ViewNames}."
        : $" Views: {ViewNames}.";

    public static string ForColumn(string name) =>
        NearestName.Of(name, ViewCatalog.Views.SelectMany(view => view.Columns).Select(column => column.Name).Distinct(StringComparer.Ordinal)) is { } near
            ? $" Did you mean {near}?"
            : "";

    public static StoreQueryException Empty() => new("The query is empty. Example: SELECT trial, state FROM trials LIMIT 5", null);

    public static StoreQueryException Several(int position) => new("One query at a time: there is more SQL after the first ';'.", position);

    public static StoreQueryException ReadsOnly(Exception? inner) => new($"A query may only read the views {ViewNames}.", null, inner);

    public static StoreQueryException TooLong(TimeSpan timeout, Exception inner) =>
        new($"The query took longer than {timeout.TotalSeconds:0.###} s and was ended. Narrow it down, or allow more time.", null, inner);

    /// <param name="name">With its sign.</param>
    public static StoreQueryException NoValue(string name, IReadOnlyDictionary<string, object?>? parameters) =>
        new($"The parameter {name} has no value. Given: {(parameters is null || parameters.Count == 0 ? "none" : string.Join(", ", parameters.Keys))}.", null);
}
