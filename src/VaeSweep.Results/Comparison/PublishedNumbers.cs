using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Finds the papers' numbers that belong beside ours.</summary>
internal sealed class PublishedNumbers(IEnumerable<Reference> references, Metric metric, ConfigIndex index)
{
    private readonly List<Reference> _published = [.. references.Where(p => p.Metric == metric.Name)];
    private readonly HashSet<Reference> _matched = new(ReferenceEqualityComparer.Instance);

    /// <summary>Those that belonged to no cell so far.</summary>
    public IReadOnlyList<Reference> Unmatched => [.. _published.Where(p => !_matched.Contains(p))];

    /// <summary>The number whose conditions all trials of a cell meet; of several the one that names the most paths.</summary>
    public Reference? For(CellTrials cell)
    {
        if (_published.Count == 0)
            return null;

        var shared = cell.Shared;
        var found = _published.Where(p =>
            p.Where.Values.All(condition => Axis.Of(condition.Key, index).ValueOf(shared)?.Json == condition.Value.Json))
            .OrderByDescending(p => p.Where.Values.Count).FirstOrDefault();
        if (found is not null)
            _matched.Add(found);

        return found;
    }
}
