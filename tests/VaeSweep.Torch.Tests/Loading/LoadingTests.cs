using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Tests.Loading;

/// <summary>Which libtorch a process has, whoever touches it first, whatever else lies about.</summary>
public sealed class LoadingTests : IDisposable
{
    private readonly ProgramFolder _program = new();

    private static string[] Ours { get; } =
        [.. Directory.EnumerateFiles(ProgramFolder.Own).Select(ProgramFolder.Real)
            .Where(path => !path.Contains("libgomp") && !path.EndsWith("build-version")).Order(StringComparer.Ordinal)];

    public void Dispose() => _program.Dispose();

    [Fact]
    public void A_program_that_asks_for_GPUs_and_versions_alone_loads_nothing()
    {
        var run = ProbeRun.Of("nothing");

        Assert.True(run.Done, run.Errors);
        Assert.Contains("version 2.10.0", run.Lines);
        Assert.Empty(run.Mapped);
    }

    [Theory]
    [InlineData("load", "done")]
    [InlineData("tensor", "sum 3")]
    [InlineData("scalar", "scalar 2")]
    [InlineData("cuda", "cuda False")]
    [InlineData("threads", "sum 3")]
    public void Whatever_is_touched_first_only_our_files_are_mapped(string touch, string told)
    {
        var run = ProbeRun.Of(touch);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(told, run.Lines);
        Assert.Equal(Ours, WithoutStandIn(run.Mapped));
    }

    [Theory]
    [InlineData("load")]
    [InlineData("tensor")]
    [InlineData("cuda")]
    public void Libraries_of_the_same_names_on_the_system_are_not_mixed_in(string touch)
    {
        // Any library serves: that it is mapped at all would show.
        var other = Directory.CreateDirectory(Path.Combine(_program.Root, "other")).FullName;
        var any = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so");
        foreach (var name in new[] { "libc10.so", "libc10_cuda.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so",
            "libLibTorchSharp.so" })
        {
            File.Copy(any, Path.Combine(other, name));
        }

        var run = ProbeRun.Of(touch, null, ("LD_LIBRARY_PATH", other));

        Assert.True(run.Done, run.Errors);
        Assert.Equal(Ours, WithoutStandIn(run.Mapped));
    }

    [Theory]
    [InlineData("load")]
    [InlineData("tensor")]
    public void A_missing_library_is_named_and_nothing_is_copied(string touch)
    {
        File.Delete(Path.Combine(_program.Libtorch, "libtorch_cpu.so"));

        var run = ProbeRun.Of(touch, _program.Root);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"libtorch_cpu.so is missing in {_program.Libtorch}", run.Refusal, StringComparison.Ordinal);
        Assert.Contains("./vaesweep doctor", run.Refusal, StringComparison.Ordinal);
        Assert.Contains("VAESWEEP_LIBTORCH", run.Refusal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_program.Root, "cpu")));
        Assert.DoesNotContain(run.Lines, line => line.Contains("LoadNativeBackend", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("libtorch_cpu.so", 1_000_000, "is cut off: it has 1000000 bytes")]
    [InlineData("libc10.so", 30, "is no library of a 64-bit Linux")]
    [InlineData("libLibTorchSharp.so", 1_000_000, "is cut off")]
    public void A_library_that_was_cut_off_is_refused_and_does_not_end_the_process(string name, int bytes, string fault)
    {
        ProgramFolder.CutOff(_program.Libtorch, name, bytes);

        var run = ProbeRun.Of("tensor", _program.Root);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{Path.Combine(_program.Libtorch, name)} {fault}", run.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_library_that_is_not_libtorch_is_refused_with_the_loader_s_reason()
    {
        // TorchSharp's shim is all there, but what it needs is not.
        File.Delete(Path.Combine(_program.Libtorch, "libtorch_cpu.so"));
        File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"),
            Path.Combine(_program.Libtorch, "libtorch_cpu.so"));

        var run = ProbeRun.Of("load", _program.Root, ("LD_BIND_NOW", "1"));

        Assert.Contains("was found, and the system does not load it", run.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_s_own_libtorch_must_be_of_the_version_that_it_was_built_for()
    {
        File.Delete(Path.Combine(_program.Libtorch, "build-version"));
        File.WriteAllText(Path.Combine(_program.Libtorch, "build-version"), "2.7.1\n");

        var run = ProbeRun.Of("load", _program.Root);

        Assert.Contains("is version 2.7.1", run.Refusal, StringComparison.Ordinal);
        Assert.Contains("built against 2.10.0", run.Refusal, StringComparison.Ordinal);
    }

    // The library without code that TorchSharp finds for torch_cuda: a file of its own in a published program, the same as
    // libtorch.so in a build.
    private static IEnumerable<string> WithoutStandIn(IEnumerable<string> mapped) =>
        mapped.Where(path => !path.EndsWith("/libtorch_cuda.so", StringComparison.Ordinal)
            || Path.GetDirectoryName(path) != AppContext.BaseDirectory.TrimEnd('/')).Order(StringComparer.Ordinal);
}
