using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>Answers of a head that must not leave before what it has changed is committed.</summary>
public sealed class HeadStep
{
    internal HeadStep(IReadOnlyList<Answer> answers, IReadOnlyList<GrantDraft> grants) => (Answers, Grants) = (answers, grants);

    /// <summary>Trials whose configurations the answers need.</summary>
    public IEnumerable<Granted> Granted => Grants.SelectMany(one => one.Trials);

    internal IReadOnlyList<Answer> Answers { get; }

    internal IReadOnlyList<GrantDraft> Grants { get; }

    /// <param name="Left">The life had said that it leaves.</param>
    internal sealed record Answer(NodeLife Life, long Received, IReadOnlyList<Directed> Directives, bool Left);

    internal sealed record GrantDraft(NodeLife Life, string Device, long Want, IReadOnlyList<Granted> Trials);
}
