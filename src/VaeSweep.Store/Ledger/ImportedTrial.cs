using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>A trial that was finished elsewhere, with its results.</summary>
/// <param name="State">Succeeded, failed or stopped.</param>
/// <param name="Worker">Who is named as having trained it.</param>
public sealed record ImportedTrial(Trial Trial, TrialState State, string Worker)
{
    /// <summary>Of each of its epochs one, the first one first. A success has all of the trial's, unless it ended early for a
    /// <see cref="Reason"/>.</summary>
    public IReadOnlyList<EpochReport> Reports { get; init; } = [];

    public IReadOnlyList<Evaluation> Evaluations { get; init; } = [];

    /// <summary>The file that others' results were read from: they have scores, and need no epochs. Null of trials of another
    /// store of ours.</summary>
    public string? Source { get; init; }

    public FailureClass? FailureClass { get; init; }
    public string? Reason { get; init; }
    public string? ModelPath { get; init; }
    public string Device { get; init; } = "";
    public string? Provenance { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}
