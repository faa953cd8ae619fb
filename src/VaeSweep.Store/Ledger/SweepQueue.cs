namespace VaeSweep.Store;

/// <summary>The queued trials of a sweep, in groups that may train together.</summary>
internal sealed class SweepQueue
{
    private readonly Dictionary<PackGroup, SortedSet<(long Index, long Key)>> _groups = [];

    /// <summary>The first of each group. A sweep of many kinds of models finds its next trial without looking at all of
    /// them.</summary>
    private readonly SortedSet<(long Index, long Key, PackGroup Group)> _heads =
        new(Comparer<(long Index, long Key, PackGroup Group)>.Create(
        (x, y) => x.Index != y.Index ? x.Index.CompareTo(y.Index) : x.Key.CompareTo(y.Key)));

    public int Count { get; private set; }

    public void Add(TrialDocument trial)
    {
        var group = PackGroup.Of(trial);
        if (!_groups.TryGetValue(group, out var queued))
            _groups.Add(group, queued = []);
        var head = queued.Count > 0 ? queued.Min : default((long, long)?);
        if (!queued.Add((trial.Index, trial.Key)))
            throw new InvalidOperationException($"Trial {trial.Key} was queued twice.");
        Count++;
        Lead(group, head, queued);
    }

    public void Remove(TrialDocument trial)
    {
        var group = PackGroup.Of(trial);
        if (!_groups.TryGetValue(group, out var queued))
            throw new InvalidOperationException($"Trial {trial.Key} was to leave a queue that it is not in.");
        var head = queued.Min;
        if (!queued.Remove((trial.Index, trial.Key)))
            throw new InvalidOperationException($"Trial {trial.Key} was to leave a queue that it is not in.");
        Count--;
        Lead(group, head, queued);
        if (queued.Count == 0)
            _groups.Remove(group);
    }

    /// <summary>The first queued trial by index, and those after it that may train with it.</summary>
    public IReadOnlyList<long> First(int most)
    {
        if (_heads.Count == 0)
            return [];
        var head = _heads.Min;
        return most == 1 ? [head.Key] : [.. _groups[head.Group].Take(most).Select(one => one.Key)];
    }

    private void Lead(PackGroup group, (long Index, long Key)? before, SortedSet<(long Index, long Key)> queued)
    {
        var now = queued.Count > 0 ? queued.Min : default((long Index, long Key)?);
        if (before == now)
            return;
        if (before is { } old)
            _heads.Remove((old.Index, old.Key, group));
        if (now is { } first)
            _heads.Add((first.Index, first.Key, group));
    }
}
