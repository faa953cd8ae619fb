using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>One trial as it stands, as far as it was asked for.</summary>
public sealed record TrialRecord
{
    public required string Sweep { get; init; }

    /// <summary>The first 12 digits of its fingerprint.</summary>
    public required string Id { get; init; }

    /// <summary>Its place in the sweep's expansion, from 0.</summary>
    public required long Index { get; init; }

    public required long Seed { get; init; }

    /// <summary>Its configuration without the seed; see <see cref="PointRecord"/>.</summary>
    public required long Point { get; init; }

    public required TrialState State { get; init; }

    /// <summary>The sweep file contains it.</summary>
    public required bool Wanted { get; init; }

    /// <summary>Which choice of a search's best it confirms; 0 for a trial of the search or grid itself.</summary>
    public int Round { get; init; }

    /// <summary>The id of the trial that it goes on from as a copy, with other settings; null for none.</summary>
    public string? Parent { get; init; }

    /// <summary><see cref="TrialParts.Fingerprint"/>: 64 lower-case hex digits.</summary>
    public string Fingerprint { get => Asked(field, nameof(TrialParts.Fingerprint)); init; }

    /// <summary><see cref="TrialParts.Configuration"/>: canonical JSON.</summary>
    public string Config { get => Asked(field, nameof(TrialParts.Configuration)); init; }

    /// <summary><see cref="TrialParts.Progress"/>: how often it was claimed.</summary>
    public int Attempts { get; init; }

    public int EpochsDone { get; init; }

    /// <summary>Of a complete trial; of one that ended early, those it had.</summary>
    public int Epochs { get; init; }

    /// <summary>Of training, over its stored epochs.</summary>
    public double Seconds { get; init; }

    /// <summary><see cref="TrialParts.Outcome"/>: when it was first claimed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
    public FailureClass? FailureClass { get; init; }
    public string? Reason { get; init; }
    public string? ModelPath { get; init; }

    /// <summary>Where its results come from; null when its sweep has trained it.</summary>
    public TrialSource? Source { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Note { get; init; }

    /// <summary><see cref="TrialParts.Worker"/>: of the last attempt; null before the first.</summary>
    public string? Worker { get; init; }

    public string? Device { get; init; }

    private static string Asked(string? value, string part) => value
        ?? throw new InvalidOperationException($"A trial's {part} was not asked for.");
}
