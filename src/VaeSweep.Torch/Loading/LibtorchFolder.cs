using System.Text.RegularExpressions;

namespace VaeSweep.Torch.Loading;

/// <summary>A libtorch that can be loaded: its files are there, whole, and of the version that TorchSharp was built
/// against.</summary>
/// <param name="Path">Where its libraries are.</param>
/// <param name="Version">As it says itself: 2.10.0, 2.10.0+cu128.</param>
/// <param name="Files">All that is to be loaded, full paths in that order, TorchSharp's shim last.</param>
internal sealed partial record LibtorchFolder(string Path, string Version, bool HasCuda, IReadOnlyList<string> Files)
{
    public const string Variable = "VAESWEEP_LIBTORCH";

    /// <param name="asked">VAESWEEP_LIBTORCH: the folder of a PyTorch (torch) or of a libtorch, or the one in it with the
    /// libraries. Null or empty: the program's own.</param>
    /// <param name="program">The program's folder; its own libtorch is in libtorch/ there.</param>
    /// <param name="wanted">The version that TorchSharp was built against, 2.10.0; the third number may differ.</param>
    /// <exception cref="TorchLibraryException">It is not there, not whole, or another version.</exception>
    public static LibtorchFolder Find(string? asked, string program, string wanted)
    {
        var own = System.IO.Path.Combine(program, "libtorch");
        return string.IsNullOrEmpty(asked)
            ? Check(own, [own], own, wanted, "libtorch",
                $"It belongs to the program: build or publish it again ('./vaesweep doctor' does), or set {Variable} "
                    + $"to {Elsewhere(wanted)}.")
            : Check(Libraries(asked), [asked, System.IO.Path.Combine(asked, "..")], own, wanted, $"{Variable}={asked}",
                $"Name {Elsewhere(wanted)}, or unset {Variable} for the program's own.");
    }

    private static string Elsewhere(string wanted) =>
        $"the folder 'torch' of an installed PyTorch {MinorOf(wanted)}, or a libtorch of that version";

    private static string Libraries(string asked)
    {
        var inner = System.IO.Path.Combine(asked, "lib");
        return LibraryNames.Libtorch.Any(name => File.Exists(System.IO.Path.Combine(inner, name))) ? inner : asked;
    }

    private static LibtorchFolder Check(string folder, string[] said, string own, string wanted, string what, string advice)
    {
        string In(string name) => System.IO.Path.Combine(folder, name);
        var hasCuda = LibraryNames.Cuda.Any(name => File.Exists(In(name)));
        var shim = File.Exists(In(LibraryNames.Shim)) ? In(LibraryNames.Shim) : System.IO.Path.Combine(own, LibraryNames.Shim);
        // c10, torch_cpu, what there is of CUDA, torch, the shim.
        IReadOnlyList<string> files =
            [.. LibraryNames.Libtorch.SkipLast(1).Concat(hasCuda ? LibraryNames.Cuda : []).Append(LibraryNames.Libtorch[^1])
                .Select(In), shim];

        var missing = files.Where(file => !File.Exists(file)).ToList();
        if (missing.Count > 0)
        {
            var names = string.Join(", ",
                missing.Select(file => System.IO.Path.GetDirectoryName(file) == folder
                    ? System.IO.Path.GetFileName(file) : file));
            throw new TorchLibraryException(
                $"{what}: {names} {(missing.Count == 1 ? "is" : "are")} missing in {folder}. {advice}");
        }

        var (version, source) = Said([folder, .. said]) ?? throw new TorchLibraryException(
            $"{what}: the libtorch in {folder} does not say its version (looked for version.py and build-version there and "
                + $"beside), and TorchSharp needs {wanted}. {advice}");
        if (MinorOf(version) != MinorOf(wanted))
        {
            throw new TorchLibraryException(
                $"{what}: the libtorch in {folder} is version {version} ({source}), and TorchSharp was built "
                    + $"against {wanted}. {advice}");
        }

        if (files.Select(file => (File: file, Fault: LibraryFile.Fault(file)))
            .FirstOrDefault(f => f.Fault is not null) is { Fault: not null } broken)
        {
            throw new TorchLibraryException($"{what}: {broken.File} {broken.Fault}. {advice}");
        }

        return new LibtorchFolder(folder, version, hasCuda, files);
    }

    private static (string Version, string Source)? Said(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            var python = System.IO.Path.Combine(folder, "version.py");
            if (File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match)
                return (match.Groups[1].Value, System.IO.Path.GetFullPath(python));

            var archive = System.IO.Path.Combine(folder, "build-version");
            if (File.Exists(archive))
                return (File.ReadAllText(archive).Trim(), System.IO.Path.GetFullPath(archive));
        }

        return null;
    }

    private static string MinorOf(string version) => string.Join('.', version.Split('.', '+', '-').Take(2));

    [GeneratedRegex("""^__version__\s*(?::[^=]*)?=\s*['"]([^'"]+)['"]""", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex PythonVersion();
}
