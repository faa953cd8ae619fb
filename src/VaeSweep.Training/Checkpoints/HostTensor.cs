namespace VaeSweep.Training;

/// <summary>One trial's part of a tensor, on the host: what files hold.</summary>
/// <param name="Name">As in the model: "encoder.hidden.0.weight"; optimiser moments are "adam.m/..." and "adam.v/...".</param>
/// <param name="Dtype">As in safetensors: F32, F64, I64, U8.</param>
/// <param name="Shape">Without the pack's leading dimension.</param>
/// <param name="Data">Row-major, little-endian.</param>
public sealed record HostTensor(string Name, string Dtype, IReadOnlyList<long> Shape, byte[] Data)
{
    /// <summary>Bytes of one element.</summary>
    /// <exception cref="InvalidDataException">The type is unknown.</exception>
    public static int SizeOf(string dtype) => dtype switch
    {
        "F32" => 4,
        "F64" or "I64" => 8,
        "U8" => 1,
        _ => throw new InvalidDataException($"Element type '{dtype}' is unknown. Known: F32, F64, I64, U8."),
    };
}
