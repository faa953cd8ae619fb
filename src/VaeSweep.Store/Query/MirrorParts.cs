namespace VaeSweep.Store;

/// <summary>What the documented views are made from.</summary>
[Flags]
internal enum MirrorParts
{
    None = 0,
    Sweeps = 1,
    Trials = 2,
    Points = 4,
    Attempts = 8,

    /// <summary>With their units: both come from reports.</summary>
    Epochs = 16,
    Events = 32,
    Evaluations = 64,
    Nodes = 128,
}
