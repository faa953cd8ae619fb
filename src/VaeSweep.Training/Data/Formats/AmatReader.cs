namespace VaeSweep.Training.Data;

/// <summary>Reads binary images from text: one image a line, a 0 or 1 for each pixel, one space between.</summary>
/// <remarks>The form of H. Larochelle's binarized MNIST.</remarks>
public static class AmatReader
{
    /// <returns>[images, dimensions]; 0 and 255.</returns>
    /// <exception cref="DataFormatException">A character is not what it must be, or the last line is not complete.</exception>
    public static byte[] Parse(DataContent content, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (path, bytes) = (content.Path, content.Bytes);
        var line = 2 * dimensions;
        if (bytes.Length == 0 || bytes.Length % line != 0)
            throw new DataFormatException(path, bytes.Length, $"lines of {line} bytes", $"{bytes.Length} bytes in all");

        var pixels = new byte[bytes.Length / 2];
        for (var i = 0; i < pixels.Length; i++)
        {
            var end = (i + 1) % dimensions == 0 ? (byte)'\n' : (byte)' ';
            if (bytes[2 * i] is not ((byte)'0' or (byte)'1') || bytes[2 * i + 1] != end)
            {
                throw new DataFormatException(
                    path, 2 * i, $"0 or 1 and {(end == '\n' ? "a new line" : "a space")}",
                    $"0x{bytes[2 * i]:x2} 0x{bytes[2 * i + 1]:x2}");
            }

            pixels[i] = (byte)-(bytes[2 * i] & 1);
        }

        return pixels;
    }
}
