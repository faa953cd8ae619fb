namespace VaeSweep.Training.Data;

/// <summary>A matrix of bytes from a MATLAB file.</summary>
/// <param name="Values">Column-major: the row index runs fastest.</param>
public sealed record MatArray(int Rows, int Columns, ReadOnlyMemory<byte> Values);
