using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>What a head has changed since its last step, and the answers that must not leave before it is committed.</summary>
public sealed class HeadStep
{
    internal HeadStep(IReadOnlyList<Change> changes, IReadOnlyList<Answer> answers, IReadOnlyList<GrantDraft> grants) =>
        (Changes, Answers, Grants) = (changes, answers, grants);

    /// <summary>To be committed, all or none; may be empty.</summary>
    public IReadOnlyList<Change> Changes { get; }

    /// <summary>Trials whose configurations the answers need.</summary>
    public IEnumerable<Granted> Granted => Grants.SelectMany(one => one.Trials);

    internal IReadOnlyList<Answer> Answers { get; }

    internal IReadOnlyList<GrantDraft> Grants { get; }

    internal sealed record Answer(NodeLife Life, long Received, IReadOnlyList<Directed> Directives);

    internal sealed record GrantDraft(NodeLife Life, string Device, long Want, IReadOnlyList<Granted> Trials);
}
