namespace VaeSweep.Training.Data;

/// <summary>A matrix from a MATLAB file.</summary>
/// <param name="Values">Column-major: the row index runs fastest. Empty where the file stores real numbers.</param>
public sealed record MatArray(int Rows, int Columns, ReadOnlyMemory<byte> Values)
{
    /// <summary>Where the file stores real numbers; column-major. Empty where it stores bytes.</summary>
    public ReadOnlyMemory<double> Reals { get; init; }

    /// <summary>A value by its column-major place, whatever it is stored as.</summary>
    public double Value(int place) => Reals.Length > 0 ? Reals.Span[place] : Values.Span[place];
}
