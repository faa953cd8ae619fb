using VaeSweep.Torch;

namespace VaeSweep.Cli;

/// <summary>libtorch, the native shim, its matrix kernels and CUDA.</summary>
internal static class TorchCheck
{
    private const string Advice =
        "./vaesweep installs and builds it; by hand: apt-get install libtorch-dev libopenblas0-pthread cmake g++, then src/VaeSweep.Torch/native/build.sh";

    public static IEnumerable<Finding> Run()
    {
        if (Load() is { } failure)
        {
            return [failure, .. GpuCheck.Run(torchHasCuda: null)];
        }

        return
        [
            Finding.Ok("libtorch", $"{TorchRuntime.TorchVersion} at {TorchRuntime.TorchPath}"),
            Finding.Ok("native shim", TorchRuntime.NativePath ?? "loaded"),
            Blas(),
            .. GpuCheck.Run(TorchRuntime.BuiltWithCuda),
        ];
    }

    private static Finding? Load()
    {
        try
        {
            TorchRuntime.Load();
            return null;
        }
        catch (Exception broken) when (broken is TorchLibraryException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException
            or TypeInitializationException)
        {
            return Finding.Missing("libtorch", (broken.InnerException ?? broken).Message, Advice);
        }
    }

    // Which library serves the matrix products is decided by the system's links; what is mapped into this process is what counts.
    private static Finding Blas()
    {
        string[] known = ["libopenblas", "libmkl", "libblis", "libblas"];
        var mapped = MappedLibraries();
        var library = known.Select(name => mapped.Find(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal) || path.Contains($"/{name[3..]}", StringComparison.Ordinal)))
            .FirstOrDefault(path => path is not null);
        if (library is null)
        {
            var linked = TorchRuntime.TorchConfig.Contains("mkl", StringComparison.OrdinalIgnoreCase);
            return Finding.Note("BLAS", linked ? "MKL, inside libtorch" : "not seen among the loaded libraries");
        }

        return library.Contains("openblas", StringComparison.Ordinal) || !Path.GetFileName(library).StartsWith("libblas", StringComparison.Ordinal)
            ? Finding.Ok("BLAS", $"{library}, kernels: {TorchRuntime.BlasCoreType ?? "its own choice"}")
            : Finding.Note("BLAS", $"{library} (the slow reference library)", "apt-get install libopenblas0-pthread");
    }

    private static List<string> MappedLibraries()
    {
        try
        {
            return [.. File.ReadLines("/proc/self/maps").Where(line => line.Contains('/')).Select(line => line[line.IndexOf('/')..]).Distinct(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
