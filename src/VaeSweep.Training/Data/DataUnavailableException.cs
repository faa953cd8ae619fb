namespace VaeSweep.Training.Data;

/// <summary>A data set is not on this machine and, where fetching was tried, could not be fetched.</summary>
public sealed class DataUnavailableException(string message, string dataset, IReadOnlyList<FetchFailure> failures)
    : DatasetException(message)
{
    public string Dataset { get; } = dataset;

    /// <summary>Every place and mirror that was tried, in order, with the reason each one failed.</summary>
    public IReadOnlyList<FetchFailure> Failures { get; } = failures;
}
