namespace VaeSweep.Results;

/// <summary>A question that is asked often, by name.</summary>
/// <param name="Name">As typed: `vaesweep query best`.</param>
/// <param name="Description">One line for a person.</param>
/// <param name="Sql">Over the documented views, the same for every store. Its parameter is @sweep; null: all.</param>
public sealed record NamedQuery(string Name, string Description, string Sql)
{
    /// <summary>What the SQL needs.</summary>
    /// <param name="sweep">Null: all sweeps.</param>
    public static IReadOnlyDictionary<string, object?> Parameters(string? sweep) =>
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep };
}
