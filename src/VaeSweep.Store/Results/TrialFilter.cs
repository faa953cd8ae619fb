using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Which trials are asked for; what is left out does not narrow down.</summary>
public sealed record TrialFilter
{
    /// <summary>Null: of all sweeps.</summary>
    public string? Sweep { get; init; }

    /// <summary>Whole ids (12 digits) of trials of <see cref="Sweep"/>, which must be given then.</summary>
    public IReadOnlyCollection<string>? Ids { get; init; }

    /// <summary>Points of <see cref="Sweep"/>, which must be given then.</summary>
    public IReadOnlyCollection<long>? Points { get; init; }

    public TrialState? State { get; init; }

    /// <summary>Without those that the sweep file no longer contains.</summary>
    public bool Wanted { get; init; }

    /// <summary>Of <see cref="IResults.TrialsAsync"/>: those whose last attempt was on such a device: cpu, cuda.</summary>
    public string? DeviceKind { get; init; }

    /// <summary>Of <see cref="IResults.TrialsAsync"/>: those that finished last come first, of whatever sweep.</summary>
    public bool LastFinishedFirst { get; init; }

    /// <summary>Of <see cref="IResults.TrialsAsync"/>: no more than so many.</summary>
    public int? Limit { get; init; }

    /// <summary>All trials of a sweep, those that are no longer wanted among them.</summary>
    public static TrialFilter AllOf(string sweep) => new() { Sweep = sweep };

    /// <summary>The trials that a sweep wants.</summary>
    public static TrialFilter WantedOf(string sweep) => new() { Sweep = sweep, Wanted = true };

    /// <summary>One trial.</summary>
    public static TrialFilter One(string sweep, string id) => new() { Sweep = sweep, Ids = [id] };
}
