namespace VaeSweep.Sweeps.Search;

/// <summary>What a search does next.</summary>
/// <param name="Proposed">New trials: all seeds of each new point.</param>
/// <param name="Retired">Keys of trials that are none of the space any more.</param>
/// <param name="Moves">What becomes of trials that have used up their budgets.</param>
/// <param name="ToCome">Trials that are still to be proposed after these.</param>
/// <param name="Origin">What the new ones were drawn from, in words; null where there are none.</param>
public sealed record SearchStep(
    IReadOnlyList<Trial> Proposed, IReadOnlyList<long> Retired, IReadOnlyList<BudgetMove> Moves, long ToCome, string? Origin)
{
    /// <summary>Trials that go on in place of those that are ended.</summary>
    public IReadOnlyList<CloneMove> Clones { get; init; } = [];

    /// <summary>What becomes of the trials that confirm it; null where none were asked for.</summary>
    public Confirmation? Confirmation { get; init; }

    /// <summary>Why nothing more comes though fewer points are there than were asked for; null otherwise.</summary>
    public string? Exhausted { get; init; }
}
