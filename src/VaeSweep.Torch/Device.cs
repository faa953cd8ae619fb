using System.Globalization;

namespace VaeSweep.Torch;

/// <summary>Where a tensor lives: <c>cpu</c> or <c>cuda:0</c>.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Index">Number of the GPU; 0 on the CPU.</param>
public readonly record struct Device(DeviceType Type, int Index = 0)
{
    /// <summary>The processor.</summary>
    public static Device CPU => new(DeviceType.CPU);

    /// <summary>GPU number <paramref name="index"/>.</summary>
    public static Device CUDA(int index) => new(DeviceType.CUDA, index);

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Device Parse(string text)
    {
        var (kind, number) = text.Split(':', 2) switch
        {
            [var k, var n] => (k, n),
            var whole => (whole[0], "0"),
        };
        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            // cpu:1 is the name of a worker's slot; all slots are the one processor.
            if (kind == "cpu")
            {
                return CPU;
            }

            if (kind == "cuda")
            {
                return CUDA(index);
            }
        }

        throw new FormatException($"'{text}' is no device. Allowed: cpu, cuda, cuda:0, cuda:1, ...");
    }

    public static implicit operator Device(string text) => Parse(text);

    public override string ToString() => Type == DeviceType.CPU ? "cpu" : $"cuda:{Index}";
}
