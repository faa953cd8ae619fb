using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Torch.Interop;

/// <summary>Finds the native library and refuses one that does not fit.</summary>
internal static unsafe class LibraryLocator
{
    private const string FileName = "libvaesweep_torch.so";
    private static string? loadedFrom;

    /// <summary>Path of the native library that was loaded; null before the first use of libtorch.</summary>
    internal static string? LoadedFrom => loadedFrom;

    internal static void Install() => NativeLibrary.SetDllImportResolver(typeof(LibraryLocator).Assembly, Resolve);

    /// <summary>Where the library is looked for, in order; each with why.</summary>
    internal static IEnumerable<(string Path, string Why)> Candidates(string? fromEnvironment, string assemblyFolder)
    {
        if (!string.IsNullOrEmpty(fromEnvironment))
        {
            yield return (Directory.Exists(fromEnvironment) ? Path.Combine(fromEnvironment, FileName) : fromEnvironment, "VAESWEEP_NATIVE");
            yield break; // Whoever sets it wants that one and no other.
        }

        yield return (Path.Combine(assemblyFolder, FileName), "beside the program");
        for (var folder = new DirectoryInfo(assemblyFolder); folder is not null; folder = folder.Parent)
        {
            yield return (Path.Combine(folder.FullName, "artifacts", "native", FileName), "artifacts/native above the program");
        }
    }

    /// <summary>Loads the first library that is there and checks its version.</summary>
    /// <exception cref="TorchLibraryException">None is there, or the first one does not load or has another ABI.</exception>
    internal static nint Load(string? fromEnvironment, string assemblyFolder)
    {
        var looked = new StringBuilder();
        var skipped = 0;
        foreach (var (path, why) in Candidates(fromEnvironment, assemblyFolder))
        {
            if (!File.Exists(path))
            {
                // Folders on the way up are many and all the same to the reader: the first few tell the rule.
                if (++skipped <= 4)
                {
                    looked.Append("\n  ").Append(path).Append(" (").Append(why).Append(')');
                }

                continue;
            }

            var library = LoadAndCheck(path);
            loadedFrom = path;
            return library;
        }

        throw new TorchLibraryException(
            $"{FileName} was not found. Looked for:{looked}\nBuild it with `./vaesweep doctor` or src/VaeSweep.Torch/native/build.sh "
            + "(VAESWEEP_LIBTORCH names a libtorch folder), or point VAESWEEP_NATIVE at a built one.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!string.Equals(name, Native.Library, StringComparison.Ordinal))
        {
            return 0;
        }

        BlasKernels.Choose();
        return Load(Environment.GetEnvironmentVariable("VAESWEEP_NATIVE"), AppContext.BaseDirectory);
    }

    private static nint LoadAndCheck(string path)
    {
        nint library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new TorchLibraryException(
                $"{path} was found but does not load: {e.Message.Trim()}\nThe libtorch it was built against has probably moved or changed. "
                + "Build it again with `./vaesweep doctor` or src/VaeSweep.Torch/native/build.sh (VAESWEEP_LIBTORCH names a libtorch folder).", e);
        }

        var version = NativeLibrary.TryGetExport(library, nameof(Native.vs_abi_version), out var export) ? ((delegate* unmanaged<int>)export)() : 0;
        if (version != Native.AbiVersion)
        {
            NativeLibrary.Free(library);
            throw new TorchLibraryException(
                $"{path} has interface version {version}, but {typeof(Native).Assembly.Location} needs {Native.AbiVersion}. "
                + "Build it again with `./vaesweep doctor` or src/VaeSweep.Torch/native/build.sh.");
        }

        return library;
    }
}
