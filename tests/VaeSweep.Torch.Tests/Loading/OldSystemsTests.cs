using System.Diagnostics;

namespace VaeSweep.Torch.Tests.Loading;

/// <summary>That what is shipped loads on Debian 12 and Ubuntu 22.04 and 24.04, and that the build fails when that is no longer
/// certain.</summary>
public sealed class OldSystemsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-shim-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Libraries =>
        [.. Directory.EnumerateFiles(ProgramFolder.Own, "*.so*").Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    // Ubuntu 22.04 is the oldest: glibc 2.35, libstdc++ of GCC 12 (GLIBCXX_3.4.30, CXXABI_1.3.13). Debian 12 has 2.36 and the
    // same libstdc++, Ubuntu 24.04 has 2.39 and 3.4.33.
    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_wants_nothing_that_Ubuntu_22_04_lacks(string name)
    {
        var newest = new Dictionary<string, Version> { ["GLIBC"] = new(2, 35), ["GLIBCXX"] = new(3, 4, 30),
            ["CXXABI"] = new(1, 3, 13) };

        var tooNew = VersionNeeds.Of(Path.Combine(ProgramFolder.Own, name)).Where(need => !need.Weak).Select(need => need.Version)
            .Where(need => need.Split('_') is [var library, var number] && newest.TryGetValue(library, out var limit)
                && Version.Parse(number) > limit);

        Assert.Empty(tooNew);
    }

    [Fact]
    public void The_one_version_that_is_too_new_is_weak_in_the_shim_and_nothing_else_is_changed()
    {
        var shipped = Path.Combine(ProgramFolder.Own, "libLibTorchSharp.so");

        Assert.Equal(["GLIBCXX_3.4.32"], VersionNeeds.Of(shipped).Where(need => need.Weak).Select(need => need.Version));
        var (before, after) = (File.ReadAllBytes(Package()), File.ReadAllBytes(shipped));
        Assert.Equal(before.Length, after.Length);
        Assert.Single(Enumerable.Range(0, before.Length), i => before[i] != after[i]);
    }

    [Theory]
    [InlineData("no such version", "it names no such version")]
    [InlineData("another symbol", "where _ZSt21ios_base_library_initv alone was expected")]
    [InlineData("a library in use", "of that version it wants")]
    [InlineData("cut off", "it is damaged, or no ELF library of 64 bits")]
    [InlineData("text", "it is no ELF library of 64 bits")]
    [InlineData("none", "Could not find")]
    public void The_build_fails_when_the_package_is_not_what_it_was(string change, string reason)
    {
        var shim = Path.Combine(_folder, "libLibTorchSharp.so");
        var bytes = File.ReadAllBytes(Package());
        switch (change)
        {
            case "no such version": Replace(bytes, "GLIBCXX_3.4.32\0", "GLIBCXX_3.4.39\0"); break;
            case "another symbol": Replace(bytes, "_ZSt21ios_base_library_initv", "_ZSt21ios_base_library_initw"); break;
            // The version's and that of many more: one wanted symbol of GLIBCXX_3.4.30 becomes one of the whole list.
            case "a library in use": Replace(
                bytes, "GLIBCXX_3.4.32\0", "GLIBCXX_3.4.99\0"); Replace(bytes, "GLIBCXX_3.4.30\0", "GLIBCXX_3.4.32\0"); break;
            case "cut off": bytes = bytes[..1_000_000]; break;
            case "text": bytes = "no library"u8.ToArray(); break;
        }

        if (change != "none")
            File.WriteAllBytes(shim, bytes);

        var (code, output) = Build(shim);

        Assert.NotEqual(0, code);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.Contains("Has the package changed?", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "made", "libLibTorchSharp.so")));
    }

    private static string Package() => Path.Combine(
        Path.GetDirectoryName(ProgramFolder.Real(Path.Combine(ProgramFolder.Own, "libc10.so")))!, "../../../../../torchsharp",
        TorchRuntime.TorchSharpVersion,
        "runtimes/linux-x64/native/libLibTorchSharp.so");

    private static void Replace(byte[] bytes, string old, string by)
    {
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(old));
        Assert.True(at > 0);
        System.Text.Encoding.ASCII.GetBytes(by).CopyTo(bytes, at);
    }

    private (int Code, string Output) Build(string shim)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "msbuild", Path.Combine(Repository(), "src/VaeSweep.Torch/VaeSweep.Torch.csproj"), "-t:WeakenShim", "-nologo",
                "-nodeReuse:false", $"-p:Shim={shim}",
                $"-p:LibtorchMade={_folder}/made/",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string Repository()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "VaeSweep.sln")))
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("The test does not run inside the repository.");

        return at;
    }
}
