using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <summary>Of methods that take nothing.</summary>
internal sealed record Nothing
{
    public static Nothing Instance { get; } = new();
}

internal sealed record SweepNamed(string Sweep);

internal sealed record SettingNamed(string Name, string? Value = null);

internal sealed record StateWish(string Sweep, SweepState State);

internal sealed record Adjusting(string Sweep, SweepAdjustment Change);

internal sealed record TrialKeyed(long Trial);

internal sealed record Retrying(string Sweep, FailureClass? FailureClass, long? Trial);

internal sealed record Limited(int Limit);

internal sealed record Keyed(long[] Keys);

internal sealed record Finding(string IdPrefix, string? Sweep, int Limit);

internal sealed record Querying(string Sql, IReadOnlyDictionary<string, object?>? Parameters, TimeSpan Timeout);

internal sealed record Reading(TrialFilter Which, TrialParts Parts);

internal sealed record ReadingCurves(TrialFilter Which, CurveRequest What);

internal sealed record ReadingEvaluations(TrialFilter Which, string? Metric);

internal sealed record Scoring(string Sweep, string[] Metrics, long[]? Points);

/// <param name="File">Full path, as the head's machine sees it.</param>
internal sealed record BackingUp(string File, bool Replaces);

internal sealed record Renaming(string Sweep, string Name);

internal sealed record Tagging(string Sweep, long? Trial, string[] Add, string[] Remove);

internal sealed record Noting(string Sweep, long? Trial, string? Text);

/// <param name="Trial">Key.</param>
internal sealed record LogNamed(string TrialId, long Trial, int Attempt);

/// <param name="Number">Of what was heard last.</param>
internal sealed record Watching(string Epoch, long Number);
