namespace VaeSweep.Training.Data;

/// <summary>An array of bytes from an IDX file.</summary>
/// <param name="Sizes">First dimension first.</param>
/// <param name="Values">Row-major: the last dimension runs fastest.</param>
public sealed record IdxArray(IReadOnlyList<int> Sizes, ReadOnlyMemory<byte> Values);
