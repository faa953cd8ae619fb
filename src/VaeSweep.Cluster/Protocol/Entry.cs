using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Protocol;

/// <summary>One thing that an attempt tells the head, from the worker's mailbox to the Ledger. An attempt's checkpoint comes
/// after the reports that it covers, and its end after all else.</summary>
public abstract record Entry(AttemptFence Attempt)
{
    /// <summary>Bytes of numbers besides texts and arrays, with room to spare.</summary>
    private protected const int NumbersBytes = 96;

    private const int BytesOfAChar = 3;

    /// <summary>It takes no more than this many bytes in a <see cref="Batch"/>.</summary>
    public abstract int MostBytes { get; }

    private protected static int MostBytesOf(string? text) => (text?.Length ?? 0) * BytesOfAChar;
}

/// <summary>An epoch was trained.</summary>
public sealed record EpochEntry(AttemptFence Attempt, EpochReport Report) : Entry(Attempt)
{
    private const int ReportNumbers = 13;

    public override int MostBytes => (2 * NumbersBytes) + (ReportNumbers * sizeof(double))
        + Report.Units.Sum(layer => NumbersBytes + ((layer.Activity.Count + layer.Kl.Count) * sizeof(double)))
        + Report.Events.Sum(one => NumbersBytes + MostBytesOf(one.Event) + MostBytesOf(one.Detail))
        + Report.Others.Sum(one => NumbersBytes + MostBytesOf(one.Name));
}

/// <summary>A checkpoint is where its attempt can be resumed from: in the folder that head and nodes share, or with the
/// head.</summary>
public sealed record CheckpointEntry(AttemptFence Attempt, EpochCheckpoint Checkpoint) : Entry(Attempt)
{
    public override int MostBytes => NumbersBytes + MostBytesOf(Checkpoint.Path);
}

/// <summary>The attempt has ended.</summary>
public sealed record EndEntry(AttemptFence Attempt, AttemptEnd End) : Entry(Attempt)
{
    public override int MostBytes => (2 * NumbersBytes) + MostBytesOf(End.Reason) + MostBytesOf(End.ModelPath)
        + End.Evaluations.Sum(one => NumbersBytes + MostBytesOf(one.Metric) + MostBytesOf(one.File));
}
