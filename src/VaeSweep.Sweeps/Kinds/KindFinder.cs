using System.Reflection;

namespace VaeSweep.Sweeps;

/// <summary>Brings the names that a sweep file may use together with what carries them out.</summary>
/// <remarks>Names are known here, where nothing may know of tensors or files, and carried out in projects above. A second list
/// there would have to be kept equal by hand: instead what is there is found. By an attribute: to look through all types of an
/// assembly would load libtorch to list data sets.</remarks>
public static class KindFinder
{
    private const BindingFlags Own =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The kinds of that type in its assembly: one for each name, in the order of the names.</summary>
    /// <exception cref="InvalidOperationException">A name without a kind, or a kind whose name is not in the list: one of the two
    /// was forgotten.</exception>
    public static IReadOnlyList<T> For<T>(IReadOnlyCollection<string> names)
        where T : class, IKind
    {
        var home = typeof(T).Assembly;
        var found = home.GetCustomAttributes<KindsInAttribute>().SelectMany(place => place.Type.GetProperties(Own))
            .Where(property => property.PropertyType == typeof(T)).Select(property => (T)property.GetValue(null)!)
            .ToDictionary(kind => kind.Name, StringComparer.Ordinal);
        var faults = names.Where(name => !found.ContainsKey(name)).Select(name => $"nothing carries out '{name}'")
            .Concat(found.Keys.Except(names, StringComparer.Ordinal).Select(name => $"'{name}' is in no list")).ToArray();
        return faults.Length == 0
            ? [.. names.Select(name => found[name])]
            : throw new InvalidOperationException(
                $"{typeof(T).Name} in the classes of {home.GetName().Name} that KindsIn names: {string.Join("; ", faults)}.");
    }
}
