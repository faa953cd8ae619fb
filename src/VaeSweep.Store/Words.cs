using System.Collections.Frozen;

namespace VaeSweep.Store;

/// <summary>Enumerations as the store spells them: the lower-case name.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Names[value];

    public static string? Of<T>(T? value)
        where T : struct, Enum => value is { } known ? Table<T>.Names[known] : null;

    public static T Parse<T>(string name)
        where T : struct, Enum => Table<T>.Values.TryGetValue(name, out var value)
            ? value
            : throw new StoreException($"The store holds '{name}' where one of {string.Join(", ", Table<T>.Values.Keys)} is "
                + "known. Was it written by a newer VaeSweep?");

    public static T? ParseOrNull<T>(string? name)
        where T : struct, Enum => name is null ? null : Parse<T>(name);

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Names = Enum.GetValues<T>()
            .ToFrozenDictionary(value => value, value => value.ToString().ToLowerInvariant());
        public static readonly FrozenDictionary<string, T> Values =
            Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
