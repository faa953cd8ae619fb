using System.Reflection;
using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Loading;

/// <summary>Loads libtorch and TorchSharp's shim, by path and once: what is loaded like this answers to its name from then
/// on.</summary>
internal static class NativeLibraries
{
    private static readonly Lazy<LibtorchFolder> _found = new(
        () => LibtorchFolder.Find(Environment.GetEnvironmentVariable(LibtorchFolder.Variable), AppContext.BaseDirectory,
            Version("LibtorchVersion")));

    private static readonly Lazy<nint> _loaded = new(LoadAll);

    /// <summary>The libtorch that is used. Finding it loads nothing.</summary>
    /// <exception cref="TorchLibraryException">None fits.</exception>
    public static LibtorchFolder Folder => _found.Value;

    public static string TorchSharpVersion => Version("TorchSharpVersion");

    /// <summary>The shim, loaded after all that it needs.</summary>
    /// <exception cref="TorchLibraryException">Something is missing or does not load. Every further call says the
    /// same.</exception>
    public static nint Shim => _loaded.Value;

    private static nint LoadAll()
    {
        nint last = 0;
        foreach (var file in Folder.Files)
        {
            try
            {
                last = NativeLibrary.Load(file);
            }
            catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
            {
                throw new TorchLibraryException(
                    $"{file} was found, and the system does not load it: {refused.Message.ReplaceLineEndings(" ")} libtorch "
                        + "needs Linux with glibc 2.34 and libstdc++ of GCC 12 "
                    + "or newer (Debian 12, Ubuntu 22.04), macOS on ARM, or Windows.", refused);
            }
        }

        return last;
    }

    private static string Version(string name) =>
        typeof(NativeLibraries).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == name).Value!;
}
