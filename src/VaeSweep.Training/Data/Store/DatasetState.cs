namespace VaeSweep.Training.Data;

/// <summary>Whether a data set, or one of its files, can be used.</summary>
public enum DatasetState
{
    /// <summary>Made by the program; needs no files.</summary>
    BuiltIn,

    /// <summary>A sound copy of every file is on this machine.</summary>
    Ready,

    /// <summary>A file is not on this machine.</summary>
    Missing,

    /// <summary>A file is there, but no copy of it is the published one.</summary>
    Damaged,
}
