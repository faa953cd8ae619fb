using System.Diagnostics;
using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch.Tests;

/// <summary>What a person reads when libtorch is missing or wrong.</summary>
public sealed class LibraryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vaesweep-torch-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_missing_library_says_where_it_was_looked_for_and_what_to_do()
    {
        var e = Assert.Throws<TorchLibraryException>(() => LibraryLocator.Load(null, folder));

        Assert.Contains(Path.Combine(folder, "libvaesweep_torch.so"), e.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder, "artifacts", "native"), e.Message, StringComparison.Ordinal);
        Assert.Contains("./vaesweep doctor", e.Message, StringComparison.Ordinal);
        Assert.Contains("VAESWEEP_LIBTORCH", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_names_the_one_library_that_is_wanted()
    {
        var wanted = Path.Combine(folder, "elsewhere.so");

        var e = Assert.Throws<TorchLibraryException>(() => LibraryLocator.Load(wanted, folder));

        Assert.Contains($"{wanted} (VAESWEEP_NATIVE)", e.Message, StringComparison.Ordinal);
        Assert.Equal([wanted], LibraryLocator.Candidates(wanted, folder).Select(c => c.Path));
    }

    [Fact]
    public void A_file_that_is_no_library_is_named_with_the_loader_s_reason()
    {
        var path = Path.Combine(folder, "libvaesweep_torch.so");
        File.WriteAllText(path, "no library");

        var e = Assert.Throws<TorchLibraryException>(() => LibraryLocator.Load(null, folder));

        Assert.Contains($"{path} was found but does not load", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.InnerException);
    }

    [Fact]
    public void A_library_of_another_version_is_refused_with_both_versions()
    {
        var path = Path.Combine(folder, "libvaesweep_torch.so");
        if (!Compile("int vs_abi_version(void) { return 777; }", path))
        {
            Assert.Skip("no C compiler here");
        }

        var e = Assert.Throws<TorchLibraryException>(() => LibraryLocator.Load(null, folder));

        Assert.Contains("interface version 777", e.Message, StringComparison.Ordinal);
        Assert.Contains($"needs {Native.AbiVersion}", e.Message, StringComparison.Ordinal);
    }

    private static bool Compile(string source, string output)
    {
        var file = output + ".c";
        File.WriteAllText(file, source);
        try
        {
            using var process = Process.Start("cc", ["-shared", "-fPIC", "-o", output, file]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
