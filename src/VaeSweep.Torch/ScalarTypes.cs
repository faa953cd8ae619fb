namespace VaeSweep.Torch;

/// <summary>Names and sizes of element types.</summary>
internal static class ScalarTypes
{
    internal static string Name(this ScalarType type) => type == ScalarType.Byte ? "uint8" : type.ToString().ToLowerInvariant();

    internal static int Size(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type of this library"),
    };

    /// <summary>The element type of a C# type.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that have one.</exception>
    internal static ScalarType Of<T>()
        where T : unmanaged => typeof(T) switch
        {
            var t when t == typeof(float) => ScalarType.Float32,
            var t when t == typeof(double) => ScalarType.Float64,
            var t when t == typeof(long) => ScalarType.Int64,
            var t when t == typeof(int) => ScalarType.Int32,
            var t when t == typeof(short) => ScalarType.Int16,
            var t when t == typeof(sbyte) => ScalarType.Int8,
            var t when t == typeof(byte) => ScalarType.Byte,
            var t when t == typeof(bool) => ScalarType.Bool,
            var t => throw new ArgumentException($"{t.Name} is no element type. Allowed: float, double, long, int, short, sbyte, byte, bool."),
        };
}
