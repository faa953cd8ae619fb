namespace VaeSweep.Store;

/// <summary>What a sweep took over from others.</summary>
/// <param name="Taken">From whom, and how many trials.</param>
/// <param name="OtherStack">Equal trials that were left, since the sweep is trained with other software.</param>
public sealed record ReuseResult(IReadOnlyList<TakenOver> Taken, long OtherStack)
{
    public static ReuseResult None { get; } = new([], 0);
}

/// <summary>Trials that come from another sweep.</summary>
public sealed record TakenOver(string Sweep, long Trials);

/// <summary>What a log holds of one trial.</summary>
public sealed record TrialResults(
    IReadOnlyList<StoredReport> Reports, IReadOnlyList<EventDocument> Events, IReadOnlyList<EvaluationDocument> Evaluations);
