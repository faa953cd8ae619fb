using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace VaeSweep.Training.Tests.Data;

/// <summary>Six images of 3 x 2 pixels, and files of every format with them. See own.py.</summary>
internal static class MadeFiles
{
    public const int Count = 6;
    public const int Height = 3;
    public const int Width = 2;
    public const int Size = Height * Width;

    public static int[] Labels { get; } = [3, 4, 3, 5, 4, 3];

    public static byte[] Pixels { get; } =
        [.. Enumerable.Range(0, Count * Size).Select(i => (byte)(((37 * (i / Size)) + (11 * (i % Size) * (i % Size))) % 256))];

    /// <param name="shape">As NumPy writes it: "(6, 3, 2)".</param>
    public static byte[] Npy(string type, string shape, byte[] data, bool fortran = false, int version = 1)
    {
        var text = $"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}";
        var start = version == 1 ? 10 : 12;
        var length = ((start + text.Length + 1 + 63) / 64 * 64) - start;
        var header = Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n");
        byte[] size = version == 1 ? [(byte)length, (byte)(length >> 8)] : [(byte)length, (byte)(length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. size, .. header, .. data];
    }

    public static byte[] Singles(Func<byte, float> value, bool big = false) =>
        [.. Pixels.SelectMany(pixel =>
        {
            var bytes = new byte[sizeof(float)];
            if (big)
                BinaryPrimitives.WriteSingleBigEndian(bytes, value(pixel));
            else
                BinaryPrimitives.WriteSingleLittleEndian(bytes, value(pixel));
            return bytes;
        })];

    public static byte[] Doubles(Func<byte, double> value, bool big = false) =>
        [.. Pixels.SelectMany(pixel =>
        {
            var bytes = new byte[sizeof(double)];
            if (big)
                BinaryPrimitives.WriteDoubleBigEndian(bytes, value(pixel));
            else
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, value(pixel));
            return bytes;
        })];

    /// <summary>The first size varies fastest.</summary>
    public static byte[] ColumnMajor() =>
        [.. Enumerable.Range(0, Width).SelectMany(column => Enumerable.Range(0, Height).SelectMany(row =>
            Enumerable.Range(0, Count).Select(image => Pixels[(image * Size) + (row * Width) + column])))];

    public static byte[] Npz(params (string Name, byte[] Npy)[] arrays)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, npy) in arrays)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(npy);
            }
        }

        return file.ToArray();
    }

    public static byte[] Idx(params byte[][] sizesAndValues) =>
        [0, 0, 8, (byte)(sizesAndValues.Length - 1), .. sizesAndValues.SelectMany(part => part)];

    public static byte[] Big(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] ImagesIdx() => Idx(Big(Count), Big(Height), Big(Width), Pixels);

    public static byte[] LabelsIdx() => Idx(Big(Count), [.. Labels.Select(label => (byte)label)]);

    public static byte[] Gzip(byte[] content)
    {
        var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return file.ToArray();
    }

    public static byte[] Safetensors(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. data];
    }

    public static string Csv(bool labelled) => string.Join('\n', Enumerable.Range(0, Count).Select(image =>
        (labelled ? $"{Labels[image]}," : "") + string.Join(',', Pixels.Skip(image * Size).Take(Size))
            .ToString(CultureInfo.InvariantCulture))) + "\n";

    public static byte[] Picture(
        Func<int, (byte Red, byte Green, byte Blue, byte Alpha)> pixel, SKEncodedImageFormat format = SKEncodedImageFormat.Png,
        int height = Height, int width = Width)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var i = 0; i < height * width; i++)
        {
            var (red, green, blue, alpha) = pixel(i);
            bitmap.SetPixel(i % width, i / width, new SKColor(red, green, blue, alpha));
        }

        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    public static byte[] GreyPicture(int image) => Picture(i => Grey(Pixels[(image * Size) + i]));

    public static (byte, byte, byte, byte) Grey(byte level) => (level, level, level, byte.MaxValue);
}
