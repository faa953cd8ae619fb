namespace VaeSweep.Cluster.Protocol;

/// <summary>For how long each node is trusted to be at work without being heard: one lease from its last message, whatever
/// membership says of it.</summary>
/// <remarks>A head that was stopped itself cannot tell who spoke meanwhile: when it looks later than it meant to by more than
/// <see cref="MostLate"/>, every lease begins anew.</remarks>
public sealed class LeaseBook
{
    /// <summary>So often <see cref="Expired"/> is to be asked.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan MostLate = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _lease;
    private readonly ProtocolRules _rules;
    private readonly SortedDictionary<string, TimeSpan> _heardAt = new(StringComparer.Ordinal);
    private TimeSpan _lookedAt;

    /// <param name="now">On the head's steady clock, as everywhere here.</param>
    public LeaseBook(TimeSpan lease, TimeSpan now)
        : this(lease, now, ProtocolRules.All)
    {
    }

    internal LeaseBook(TimeSpan lease, TimeSpan now, ProtocolRules rules)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        (_lease, _lookedAt, _rules) = (lease, now, rules);
    }

    /// <summary>A node has said something, or its lease is to begin for another reason.</summary>
    public void Heard(string node, TimeSpan now) => _heardAt[node] = now;

    public void Forget(string node) => _heardAt.Remove(node);

    /// <summary>How long ago a node was heard; null when it has no lease.</summary>
    public TimeSpan? Silence(string node, TimeSpan now) => _heardAt.TryGetValue(node, out var heard) ? now - heard : null;

    /// <returns>Nodes whose leases have run out, by name; they are forgotten.</returns>
    public IReadOnlyList<string> Expired(TimeSpan now)
    {
        var late = now - _lookedAt - LookEvery;
        _lookedAt = now;
        if (late > MostLate && _rules.LateHeads)
        {
            foreach (var node in _heardAt.Keys.ToList())
                _heardAt[node] = now;
        }

        List<string> expired = [.. _heardAt.Where(one => now - one.Value > _lease).Select(one => one.Key)];
        expired.ForEach(node => _heardAt.Remove(node));
        return expired;
    }
}
