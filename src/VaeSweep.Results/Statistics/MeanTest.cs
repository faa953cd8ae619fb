namespace VaeSweep.Results;

/// <summary>How a difference of two means was tested.</summary>
public enum MeanTest
{
    /// <summary>Not at all: fewer than two seeds on a side, or no spread that a difference could be held against.</summary>
    None,

    /// <summary>Student's t on the differences of equal seeds.</summary>
    Paired,

    /// <summary>Welch's t on two groups whose seeds do not match.</summary>
    Welch,
}
