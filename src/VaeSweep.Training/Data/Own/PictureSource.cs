using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace VaeSweep.Training.Data;

/// <summary>Images in files: PNG or JPEG, in one folder and those below it, in the order of their names.</summary>
internal sealed class PictureSource : ImageSource
{
    private const int Rgba = 4;

    private readonly string _folder;
    private readonly string[] _names;
    private readonly bool _mayBeColour;

    /// <param name="names">Relative to the folder, with slashes.</param>
    /// <param name="mayBeColour">Colours become grey; else they are refused.</param>
    /// <param name="hasClasses">The folder that an image is in is its label.</param>
    /// <exception cref="DatasetException">The first image cannot be read.</exception>
    public PictureSource(string folder, string[] names, bool mayBeColour, bool hasClasses)
    {
        (_folder, _names, _mayBeColour) = (folder, names, mayBeColour);
        Place = folder;
        Count = names.Length;
        HoldsLevels = true;
        (Height, Width) = Decode(0).Shape;
        if (hasClasses)
            (Labels, LabelNames) = LabelFile.Numbered([.. names.Select(name => name.Split('/')[^2])], At);
    }

    public IReadOnlyList<string> Names => _names;

    public override string At(int image) => Path.Combine(_folder, _names[image]);

    public static bool IsPicture(string name) => Path.GetExtension(name).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg";

    public override IEnumerable<float[]> Images()
    {
        for (var image = 0; image < Count; image++)
        {
            var (shape, grey) = Decode(image);
            yield return shape == (Height, Width) ? grey : throw new DatasetException(
                $"{At(image)} is {shape.Height}x{shape.Width}, where {At(0)} is {Height}x{Width}: images of one set have "
                    + "one size.");
        }
    }

    private ((int Height, int Width) Shape, float[] Grey) Decode(int image)
    {
        var file = At(image);
        var bytes = File.ReadAllBytes(file);
        if (WhatIsWrong(bytes) is { } wrong)
            throw new DatasetException($"{file} {wrong}.");

        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data) ?? throw new DatasetException($"{file} is no PNG or JPEG that can be read.");
        if (codec.EncodedOrigin != SKEncodedOrigin.TopLeft)
            throw new DatasetException($"{file} is stored turned or mirrored (EXIF {codec.EncodedOrigin}); save it upright.");

        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var pixels = new byte[info.BytesSize];
        var held = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            if (codec.GetPixels(info, held.AddrOfPinnedObject()) is var result and not SKCodecResult.Success)
                throw new DatasetException($"{file} is damaged or cut short ({result}).");
        }
        finally
        {
            held.Free();
        }

        var grey = new float[info.Width * info.Height];
        for (var i = 0; i < grey.Length; i++)
        {
            var pixel = pixels.AsSpan(Rgba * i, Rgba);
            if (pixel[3] != byte.MaxValue)
            {
                throw new DatasetException($"{file} is transparent in row {i / info.Width}, column {i % info.Width}; save "
                    + "it without.");
            }

            if (pixel[0] == pixel[1] && pixel[1] == pixel[2])
                grey[i] = pixel[0];
            else if (_mayBeColour)
                grey[i] = Luma.OfLevels(pixel[0], pixel[1], pixel[2]);
            else
                throw new DatasetException($"{file} is in colour. {Luma.Advice}");
        }

        return ((info.Height, info.Width), grey);
    }

    /// <summary>Decoders take much for an image; half of one is not to be trained on.</summary>
    private static string? WhatIsWrong(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith<byte>([0xFF, 0xD8]))
        {
            // What some cameras write after the end is left to them.
            return bytes.LastIndexOf<byte>([0xFF, 0xD9]) > 0 ? null : "is a JPEG that is cut short";
        }

        if (!bytes.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return "is no PNG or JPEG file, whatever its name says";

        const int Frame = 12;
        for (var at = 8; at + Frame <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - Frame)
                break;

            var chunk = bytes.Slice(at + 4, (int)length + 4);
            if (System.IO.Hashing.Crc32.HashToUInt32(chunk) != BinaryPrimitives.ReadUInt32BigEndian(
                bytes[(at + 8 + (int)length)..]))
            {
                return $"is a damaged PNG: a checksum is wrong at byte {at}";
            }

            if (chunk.StartsWith("IEND"u8))
                return null;

            at += (int)length + Frame;
        }

        return "is a PNG that is cut short";
    }
}
