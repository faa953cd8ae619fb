namespace VaeSweep.Results;

/// <summary>A question that is asked often, by name.</summary>
/// <param name="Name">As typed: `vaesweep query best`.</param>
/// <param name="Description">One line for a person.</param>
/// <param name="Sql">Over the documented views, the same for every store. Parameters: @sweep (null: all) and, where it has them,
/// @metric and @sign (1: lower is better, -1: higher).</param>
public sealed record NamedQuery(string Name, string Description, string Sql)
{
    public bool TakesMetric => Sql.Contains("@metric", StringComparison.Ordinal);

    /// <summary>What the SQL needs.</summary>
    /// <param name="sweep">Null: all sweeps.</param>
    public IReadOnlyDictionary<string, object?> Parameters(string? sweep, Metric metric) =>
        new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["sweep"] = sweep,
        ["metric"] = metric.Name,
        ["sign"] = metric.Direction == Direction.Higher ? -1.0 : 1.0,
    };
}
