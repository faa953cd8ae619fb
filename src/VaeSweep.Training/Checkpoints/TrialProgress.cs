namespace VaeSweep.Training;

/// <summary>How far a trial has come, without its tensors.</summary>
public sealed record TrialProgress
{
    /// <summary>Completed epochs.</summary>
    public int Epochs { get; init; }

    /// <summary>Completed steps of the epoch after those.</summary>
    public int Step { get; init; }

    /// <summary>Sums over those steps of that epoch; see <see cref="EpochSums"/>.</summary>
    public EpochSums Sums { get; init; } = new();

    /// <summary>Of training and its curves so far, over all attempts, without work that was lost.</summary>
    public double Seconds { get; init; }

    /// <summary>The part of <see cref="Seconds"/> that belongs to the epoch in progress.</summary>
    public double EpochSeconds { get; init; }

    /// <summary>Highest validation bound so far and the epoch that had it; NaN and 0 before the first.</summary>
    public double BestValidElbo { get; init; } = double.NaN;
    public int BestEpoch { get; init; }

    /// <summary>Epochs without a better validation bound, as early stopping counts them.</summary>
    public int EpochsSinceBest { get; init; }

    /// <summary>Mean reconstruction term of the training images in the epoch with the highest validation bound.</summary>
    public double ReconAtBest { get; init; } = double.NaN;

    /// <summary>For how many epochs in a row each alarm's state has held; those that do not hold are left out.</summary>
    /// <remarks>A checkpoint that was written before there were alarms has none.</remarks>
    public IReadOnlyDictionary<string, int> Alarms { get; init => field = value ?? new Dictionary<string, int>(); } =
        new Dictionary<string, int>();

    /// <summary>Why training is over after these epochs although more may have been planned, in words; null where it is
    /// not.</summary>
    public string? StopReason { get; init; }

    /// <summary>Highest validation bound of an epoch that ended with a checkpoint.</summary>
    public double BestSavedElbo { get; init; } = double.NaN;
}
