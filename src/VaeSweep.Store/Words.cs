using System.Runtime.CompilerServices;

namespace VaeSweep.Store;

/// <summary>Enumerations as the store spells them: the lower-case name. All of them count from 0.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Names[Unsafe.As<T, int>(ref value)];

    public static string? Of<T>(T? value)
        where T : struct, Enum => value is { } known ? Of(known) : null;

    public static T Parse<T>(string name)
        where T : struct, Enum => Array.IndexOf(Table<T>.Names, name) is >= 0 and var place
            ? Table<T>.Values[place]
            : throw new StoreException($"The store holds '{name}' where one of {string.Join(", ", Table<T>.Names)} is "
                + "known. Was it written by a newer VaeSweep?");

    public static T? ParseOrNull<T>(string? name)
        where T : struct, Enum => name is null ? null : Parse<T>(name);

    // Arrays: a dictionary over each enumeration would be compiled at every start.
    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly string[] Names = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        public static readonly T[] Values = Enum.GetValues<T>();
    }
}
