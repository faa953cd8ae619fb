using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeSweep.Models.Tests;

/// <summary>The first images of real MNIST, straight from the published files.</summary>
internal static class MnistSubset
{
    /// <summary>Folder of the real data sets; skips the test on a desk without, fails it where CI promises them.</summary>
    public static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable("VAESWEEP_DATA");
        if (folder is null || !Directory.Exists(Path.Combine(folder, "mnist")))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true",
                "CI promises VAESWEEP_DATA with mnist/, but it is not there.");
            Assert.Skip("VAESWEEP_DATA does not name a folder with mnist/.");
        }

        return folder!;
    }

    /// <returns>[count, 784] in [0, 1].</returns>
    public static Tensor Read(string file, int count)
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder(), "mnist", file)), CompressionMode.Decompress);
        var header = new byte[16];
        stream.ReadExactly(header);
        Assert.Equal(0x803, BinaryPrimitives.ReadInt32BigEndian(header));
        var bytes = new byte[count * 784];
        stream.ReadExactly(bytes);
        return torch.tensor(Array.ConvertAll(bytes, b => b / 255f), [count, 784]);
    }
}
