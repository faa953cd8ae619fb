namespace VaeSweep.Training;

/// <summary>A file's tensors by name, taken out one by one.</summary>
internal sealed class SavedTensors(IEnumerable<HostTensor> tensors)
{
    private readonly Dictionary<string, HostTensor> _left = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    /// <summary>Copies a saved tensor into one trial's slice of a pack's.</summary>
    /// <exception cref="CheckpointException">It is missing or of another shape or type; the message says which.</exception>
    public void Fill(string name, Tensor tensor, int lane)
    {
        var shape = tensor.shape[1..];
        if (!_left.Remove(name, out var found) || found.Dtype != DtypeOf(tensor) || !found.Shape.SequenceEqual(shape))
        {
            var has = found is null ? "nothing" : $"{found.Dtype} [{string.Join(", ", found.Shape)}]";
            throw new CheckpointException(
                $"a checkpoint has {has} for '{name}'; the model needs {DtypeOf(tensor)} [{string.Join(", ", shape)}].");
        }

        using var slice = tensor.select(0, lane);
        slice.Fill<byte>(found.Data);
    }

    /// <summary>The element type's name in files.</summary>
    public static string DtypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        ScalarType.Int64 => "I64",
        ScalarType.Byte => "U8",
        var other => throw new InvalidOperationException($"a model has a tensor of type {other}, which checkpoints do not hold."),
    };
}
