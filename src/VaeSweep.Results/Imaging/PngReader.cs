using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeSweep.Results.Imaging;

/// <summary>Reads PNG files as grey (ISO/IEC 15948): eight bits a channel, grey or colour, with or without alpha, not
/// interlaced.</summary>
public static class PngReader
{
    private const int SignatureLength = 8;
    private static readonly byte[] _signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <exception cref="ResultsException">No PNG, cut, or of a kind that is not read.</exception>
    public static GreyImage Decode(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(_signature))
            throw new ResultsException($"{name} is no PNG file.");

        var (width, height, channels) = (0, 0, 0);
        using var packed = new MemoryStream();
        for (var at = SignatureLength; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (length < 0 || at + 12 + length > file.Length)
                throw new ResultsException($"{name} is cut.");

            var type = file.Slice(at + 4, 4);
            var content = file.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(content),
                    BinaryPrimitives.ReadInt32BigEndian(content[4..]));
                channels = Channels(content, name);
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(content);
            }

            at += 12 + length;
        }

        packed.Position = 0;
        return new GreyImage(width, height, Grey(Unfiltered(packed, width, height, channels, name), channels));
    }

    private static int Channels(ReadOnlySpan<byte> header, string name)
    {
        var (depth, colour, interlaced) = (header[8], header[9], header[12]);
        var channels = colour switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        return depth == 8 && channels > 0 && interlaced == 0
            ? channels
            : throw new ResultsException(
                $"{name} has {depth} bits a channel, colour type {colour}{(interlaced == 0 ? "" : ", interlaced")}; read are 8 "
                    + "bits, grey or colour without a palette, not interlaced.");
    }

    private static byte[] Unfiltered(Stream packed, int width, int height, int channels, string name)
    {
        var stride = width * channels;
        var pixels = new byte[stride * height];
        var row = new byte[stride + 1];
        try
        {
            using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
            for (var y = 0; y < height; y++)
            {
                zlib.ReadExactly(row);
                for (var x = 0; x < stride; x++)
                {
                    var left = x >= channels ? pixels[(y * stride) + x - channels] : 0;
                    var up = y > 0 ? pixels[((y - 1) * stride) + x] : 0;
                    var corner = x >= channels && y > 0 ? pixels[((y - 1) * stride) + x - channels] : 0;
                    pixels[(y * stride) + x] = (byte)(row[x + 1]
                        + row[0] switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
                }
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            throw new ResultsException($"{name} is damaged: {damaged.Message}");
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        var (a, b, c) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static byte[] Grey(byte[] pixels, int channels)
    {
        var grey = new byte[pixels.Length / channels];
        for (var i = 0; i < grey.Length; i++)
        {
            var at = i * channels;
            // ITU-R BT.601 weights; alpha says nothing of how dark a stroke is and is left out.
            grey[i] = channels < 3 ? pixels[at]
                : (byte)((0.299f * pixels[at]) + (0.587f * pixels[at + 1]) + (0.114f * pixels[at + 2]) + 0.5f);
        }

        return grey;
    }
}
