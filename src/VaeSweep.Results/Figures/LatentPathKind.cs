namespace VaeSweep.Results.Figures;

/// <summary>How codes go from one to another.</summary>
public enum LatentPathKind
{
    /// <summary>Straight.</summary>
    Linear,

    /// <summary>Along the arc between them, which keeps the length that the prior expects.</summary>
    Spherical,
}
