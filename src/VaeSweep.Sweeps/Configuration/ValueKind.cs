namespace VaeSweep.Sweeps;

/// <summary>What a configuration path takes.</summary>
public enum ValueKind
{
    /// <summary>A whole number.</summary>
    Int,
    Number,
    Bool,

    /// <summary>One of a list of names.</summary>
    Choice,

    /// <summary>A published data set, or the name of one of somebody's own.</summary>
    DatasetName,

    /// <summary>What is in a data set of somebody's own, as a map; null for published ones.</summary>
    OwnDataset,

    /// <summary>Whole numbers whose order matters, such as layer widths.</summary>
    IntList,

    /// <summary>Different whole numbers whose order does not matter; kept sorted.</summary>
    IntSet,

    /// <summary>One list of whole numbers for all stochastic layers, or one for each.</summary>
    IntLists,

    /// <summary>Different names whose order does not matter; kept sorted.</summary>
    NameSet,

    /// <summary>Two numbers, such as Adam's betas.</summary>
    NumberPair,

    /// <summary>Maps of configuration paths and values, one for each further phase of training.</summary>
    Phases,
}
