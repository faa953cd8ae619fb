using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Identity, generation and terms.</content>
public sealed partial class Ledger
{
    private const int TermShift = 32;

    /// <summary>It was never started.</summary>
    public bool IsNew => _meta is null;

    /// <summary>Tells this store from every other. Made once.</summary>
    public string Identity => Meta.Identity;

    /// <summary>Tells this history of the store from others that may have begun from a copy of it.</summary>
    public long Generation => Meta.Generation;

    /// <summary>Grows with every start.</summary>
    public uint Term => Meta.Term;

    /// <summary>Begins a term. The first start makes the store's identity. Where the store was moved, another generation begins
    /// and what ran is queued again, at no trial's cost: its workers may go on in another history.</summary>
    /// <param name="identity">For a new store: 32 random hex digits.</param>
    /// <param name="generation">Random; for a store that is new or was moved.</param>
    /// <param name="moved">The store was restored, copied or moved since it was last used.</param>
    /// <returns>The attempts that were ended.</returns>
    public IReadOnlyList<AttemptFence> Start(string identity, long generation, bool moved, DateTimeOffset now)
    {
        var before = _meta ?? new MetaDocument(identity, generation, 0);
        var term = Math.Max(before.Term + 1, checked((uint)now.ToUnixTimeSeconds()));
        var anew = _meta is not null && moved;
        Set(new MetaPut(
            before with { Fence = (long)term << TermShift, Generation = anew && _rules.Generations
                ? generation : before.Generation }));
        return anew && _rules.Generations
            ? Release([.. Running()], TrialPolicy.LostOutcome, "the store was restored or moved", now) : [];
    }

    /// <summary>What a message must name to write for a trial's attempt of that ordinal.</summary>
    /// <returns>A fence that nobody has, when there is no such attempt.</returns>
    public AttemptFence FenceOf(AttemptKey attempt)
    {
        var known = TrialOf(attempt.TrialKey) is not { } trial ? null
            : trial.Last?.Ordinal == attempt.Attempt ? trial.Last
            : trial.Earlier?.Find(one => one.Ordinal == attempt.Attempt);
        return new AttemptFence(attempt.TrialKey, known?.Fence ?? 0, Generation);
    }

    private IEnumerable<LedgerTrial> Running() => _order.SelectMany(sweep => sweep.Running).OrderBy(trial => trial.Doc.Key);

    /// <returns>Null when the attempt is lost.</returns>
    private LedgerTrial? Owned(AttemptFence attempt)
    {
        if (TrialOf(attempt.Trial) is not { Last: { } last } trial || (_rules.Generations && attempt.Generation != Generation))
            return null;
        return !_rules.Fences || (trial.Doc.State == TrialState.Running && last.Fence == attempt.Fence) ? trial : null;
    }

    private AttemptFence FenceOf(LedgerTrial trial) => new(trial.Doc.Key, trial.Last!.Fence, Generation);

    private static long Ticks(DateTimeOffset at) => at.UtcTicks;

    private static long Until(DateTimeOffset now, TimeSpan lease) => lease > TimeSpan.Zero
        ? now.UtcTicks + lease.Ticks
        : throw new ArgumentOutOfRangeException(nameof(lease), lease, "A lease must be longer than nothing.");
}
