namespace VaeSweep.Torch;

/// <summary>Shapes in messages.</summary>
internal static class Shapes
{
    /// <summary>Such as [2, 3].</summary>
    public static string Of(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
