namespace VaeSweep.Training.Tests;

public sealed class ModelChecksumTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_with_a_changed_byte_is_refused_and_one_without_a_checksum_is_not()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        SafetensorsFile.Save(path, [new HostTensor("a", "U8", [4], [1, 2, 3, 4]), new HostTensor("b", "U8", [3], [5, 6, 7])],
            new Dictionary<string, string> { ["k"] = "v" });

        Assert.Equal(["k"], SafetensorsFile.Load(path).Metadata.Keys);
        var bytes = File.ReadAllBytes(path);
        bytes[^2] ^= 1;
        File.WriteAllBytes(path, bytes);
        var refused = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Load(path));
        Assert.Contains("is damaged: its tensors do not match their checksum", refused.Message, StringComparison.Ordinal);

        var text = System.Text.Encoding.Latin1.GetString(bytes)
            .Replace(SafetensorsFile.ChecksumKey, "crc32x", StringComparison.Ordinal);
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(text));
        Assert.Equal(2, SafetensorsFile.Load(path).Tensors.Count);
    }
}
