using VaeSweep.Torch.Loading;

namespace VaeSweep.Torch.Tests.Loading;

/// <summary>VAESWEEP_LIBTORCH: what is taken, in which order it is loaded, and what is refused. The folders hold links to the
/// program's own libtorch.</summary>
public sealed class ChoiceTests : IDisposable
{
    private const string Wanted = "2.10.0";
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-choice-").FullName;

    private string Libraries => Path.Combine(_folder, "torch", "lib");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("torch")]
    [InlineData("torch/lib")]
    public void A_PyTorch_for_CUDA_is_loaded_CUDA_before_torch_and_our_shim_last(string asked)
    {
        PyTorch("2.10.0+cu128", cuda: true);

        var found = LibtorchFolder.Find(Path.Combine(_folder, asked), AppContext.BaseDirectory, Wanted);

        Assert.True(found.HasCuda);
        Assert.Equal("2.10.0+cu128", found.Version);
        Assert.Equal(
            [.. new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" }
                .Select(name => Path.Combine(_folder, "torch/lib", name)),
                Path.Combine(ProgramFolder.Own, "libLibTorchSharp.so")],
            found.Files);
    }

    [Fact]
    public void A_libtorch_as_PyTorch_publishes_it_is_taken_too_with_a_shim_of_its_own_where_it_has_one()
    {
        ProgramFolder.LinkLibtorch(Libraries, "build-version");
        File.WriteAllText(Path.Combine(_folder, "torch", "build-version"), "2.10.1+cpu\n");

        var found = LibtorchFolder.Find(Path.Combine(_folder, "torch"), "/nowhere", Wanted);

        Assert.False(found.HasCuda);
        Assert.Equal("2.10.1+cpu", found.Version);
        Assert.Equal(Path.Combine(Libraries, "libLibTorchSharp.so"), found.Files[^1]);
    }

    [Fact]
    public void Another_version_is_refused_with_both_versions_and_the_file_that_says_so()
    {
        PyTorch("2.7.1+cu126", cuda: true);

        var e = Refusal(Path.Combine(_folder, "torch"));

        Assert.Contains($"version 2.7.1+cu126 ({Path.Combine(_folder, "torch", "version.py")})", e, StringComparison.Ordinal);
        Assert.Contains("TorchSharp was built against 2.10.0", e, StringComparison.Ordinal);
        Assert.Contains("PyTorch 2.10", e, StringComparison.Ordinal);
    }

    [Fact]
    public void A_libtorch_that_does_not_say_its_version_is_refused()
    {
        ProgramFolder.LinkLibtorch(Libraries, "build-version");

        Assert.Contains("does not say its version (looked for version.py and build-version", Refusal(Libraries),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_CUDA_is_refused_by_what_is_missing()
    {
        PyTorch("2.10.0+cu128", cuda: true);
        File.Delete(Path.Combine(Libraries, "libc10_cuda.so"));

        Assert.Contains($"libc10_cuda.so is missing in {Libraries}", Refusal(Path.Combine(_folder, "torch")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_libtorch_is_refused_by_what_was_looked_for()
    {
        var e = Refusal(_folder);

        Assert.Contains($"VAESWEEP_LIBTORCH={_folder}: libc10.so, libtorch_cpu.so, libtorch.so are missing in {_folder}", e,
            StringComparison.Ordinal);
        Assert.Contains("or unset VAESWEEP_LIBTORCH", e, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_for_another_processor_is_named()
    {
        PyTorch("2.10.0", cuda: false);
        var path = Path.Combine(Libraries, "libc10.so");
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        // e_machine: 183 is 64-bit ARM, 62 x86-64.
        bytes[18] = bytes[18] == 62 ? (byte)183 : (byte)62;
        File.WriteAllBytes(path, bytes);

        Assert.Contains("libc10.so is for another processor", Refusal(Path.Combine(_folder, "torch")), StringComparison.Ordinal);
    }

    [Fact]
    public void Debian_s_own_PyTorch_is_refused_by_its_version()
    {
        const string Debian = "/usr/lib/python3/dist-packages/torch";
        if (!File.Exists(Path.Combine(Debian, "version.py")))
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", "python3-torch is not installed");

        Assert.Contains("TorchSharp was built against 2.10.0", Refusal(Debian), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_takes_all_of_it_from_the_folder_that_was_named_but_the_shim()
    {
        PyTorch("2.10.0+cpu", cuda: false, copies: ["libc10.so", "libtorch.so"]);

        var run = ProbeRun.Of("tensor", null, ("VAESWEEP_LIBTORCH", Path.Combine(_folder, "torch")));

        Assert.Contains("sum 3", run.Lines);
        Assert.Contains(Path.Combine(Libraries, "libc10.so"), run.Mapped);
        Assert.Contains(Path.Combine(Libraries, "libtorch.so"), run.Mapped);
        Assert.DoesNotContain(ProgramFolder.Real(Path.Combine(ProgramFolder.Own, "libc10.so")), run.Mapped);
        Assert.Contains(ProgramFolder.Real(Path.Combine(ProgramFolder.Own, "libLibTorchSharp.so")), run.Mapped);
    }

    [Fact]
    public void A_process_loads_CUDA_s_libraries_before_torch_and_after_the_CPU_s()
    {
        PyTorch("2.10.0+cu128", cuda: true);

        var run = ProbeRun.Of("cuda", null, ("VAESWEEP_LIBTORCH", Path.Combine(_folder, "torch")), ("LD_DEBUG", "files"));

        Assert.Contains("cuda False", run.Lines);
        var order = run.Errors.Split('\n')
            .Where(line => line.Contains("dynamically loaded by", StringComparison.Ordinal)
                && line.Contains(_folder, StringComparison.Ordinal))
            .Select(line => Path.GetFileName(line.Split("file=")[1].Split(' ')[0])).Distinct();
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"], order);
    }

    private string Refusal(string asked) =>
        Assert.Throws<TorchLibraryException>(() => LibtorchFolder.Find(asked, AppContext.BaseDirectory, Wanted)).Message;

    // A PyTorch as pip installs it; for CUDA's libraries stand ones without code, which tell where they were loaded.
    private void PyTorch(string version, bool cuda, params string[] copies)
    {
        ProgramFolder.LinkLibtorch(Libraries, ["build-version", "libLibTorchSharp.so", .. copies]);
        foreach (var name in copies)
            File.Copy(Path.Combine(ProgramFolder.Own, name), Path.Combine(Libraries, name));

        File.WriteAllText(Path.Combine(_folder, "torch", "version.py"),
            $"from typing import Optional\n\n__all__ = ['__version__']\n__version__ = '{version}'\ndebug = False\ncuda: "
                + "Optional[str] = '12.8'\n");
        foreach (var name in cuda ? new[] { "libc10_cuda.so", "libtorch_cuda.so" } : [])
            File.Copy(Path.Combine(ProgramFolder.Own, "libtorch.so"), Path.Combine(Libraries, name));
    }
}
