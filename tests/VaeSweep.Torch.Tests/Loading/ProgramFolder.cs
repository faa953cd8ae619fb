namespace VaeSweep.Torch.Tests.Loading;

/// <summary>A copy of the probe whose libtorch can be spoilt; its large files are links.</summary>
internal sealed class ProgramFolder : IDisposable
{
    public ProgramFolder()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "VaeSweep.Torch.Probe.*.json")))
        {
            File.Copy(file, Path.Combine(Root, Path.GetFileName(file)));
        }

        foreach (var link in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.so"))
            File.Copy(link, Path.Combine(Root, Path.GetFileName(link)));

        LinkLibtorch(Libtorch);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("vaesweep-loading-").FullName;

    public string Libtorch => Path.Combine(Root, "libtorch");

    public static string Own { get; } = Path.Combine(AppContext.BaseDirectory, "libtorch");

    /// <summary>The program's own libtorch once more, in links.</summary>
    /// <param name="without">Names that are left out.</param>
    public static void LinkLibtorch(string folder, params string[] without)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Own).Where(file => !without.Contains(Path.GetFileName(file))))
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(file)), Real(file));
    }

    /// <summary>Writes the beginning of the program's own library of that name.</summary>
    public static void CutOff(string folder, string name, int bytes)
    {
        var path = Path.Combine(folder, name);
        File.Delete(path);
        using var whole = File.OpenRead(Path.Combine(Own, name));
        var part = new byte[bytes];
        whole.ReadExactly(part);
        File.WriteAllBytes(path, part);
    }

    public static string Real(string file) => File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
