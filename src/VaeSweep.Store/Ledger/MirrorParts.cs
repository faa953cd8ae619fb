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
    Epochs = 16,
    Units = 32,
    Events = 64,
    Evaluations = 128,
    Nodes = 256,
}
