using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Fields of documents that are left out where they say nothing: a million trials have few others.</summary>
internal static class Fields
{
    public static BsonDocument With(this BsonDocument document, string name, long value)
    {
        if (value != 0)
            document[name] = value;
        return document;
    }

    public static BsonDocument With(this BsonDocument document, string name, int value)
    {
        if (value != 0)
            document[name] = value;
        return document;
    }

    public static BsonDocument With(this BsonDocument document, string name, int? value)
    {
        if (value is { } known)
            document[name] = known;
        return document;
    }

    public static BsonDocument With(this BsonDocument document, string name, string? value)
    {
        if (value is not null)
            document[name] = value;
        return document;
    }

    public static BsonDocument With(this BsonDocument document, string name, bool value)
    {
        if (value)
            document[name] = true;
        return document;
    }

    public static BsonDocument With(this BsonDocument document, string name, IReadOnlyList<string>? values)
    {
        if (values is not null)
            document[name] = new BsonArray(values.Select(value => new BsonValue(value)));
        return document;
    }

    public static BsonDocument With(this BsonDocument document, string name, IReadOnlyList<int>? values)
    {
        if (values is not null)
            document[name] = new BsonArray(values.Select(value => new BsonValue(value)));
        return document;
    }

    /// <returns>0 where it was left out.</returns>
    public static long Long(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) ? value.AsInt64 : 0;

    /// <returns>0 where it was left out.</returns>
    public static int Int(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) ? value.AsInt32 : 0;

    public static int? IntOrNull(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) ? value.AsInt32 : null;

    public static bool Bool(this BsonDocument document, string name) => document.TryGetValue(name, out var value)
        && value.AsBoolean;

    public static string Text(this BsonDocument document, string name) => document[name].AsString;

    public static string? TextOrNull(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) ? value.AsString : null;

    public static IReadOnlyList<string>? TextsOrNull(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) ? [.. value.AsArray.Select(one => one.AsString)] : null;

    public static IReadOnlyList<int>? IntsOrNull(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) ? [.. value.AsArray.Select(one => one.AsInt32)] : null;
}
