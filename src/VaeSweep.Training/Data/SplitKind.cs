namespace VaeSweep.Training.Data;

/// <summary>The parts of a published data set. The numbers go into binarisation streams: never renumber.</summary>
public enum SplitKind
{
    Train = 0,
    Valid = 1,
    Test = 2,
}
