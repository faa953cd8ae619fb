namespace VaeSweep.Results;

/// <summary>How the 95 % interval of a mean is made.</summary>
public enum IntervalKind
{
    /// <summary>Student's t with n - 1 degrees of freedom.</summary>
    T,

    /// <summary>Bias-corrected and accelerated bootstrap.</summary>
    Bootstrap,
}
