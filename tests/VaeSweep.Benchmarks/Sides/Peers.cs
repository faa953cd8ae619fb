using System.Diagnostics;
using System.Reflection;

namespace VaeSweep.Benchmarks;

/// <summary>The programs that VaeSweep is compared with and that have to be built first, each below artifacts/peers of the
/// repository.</summary>
/// <remarks>Built on first use and whenever their sources change.</remarks>
internal static class Peers
{
    /// <summary>The last commit whose engine was C++ on Debian's libtorch.</summary>
    private const string CppCommit = "b80facd90730b7dee9004fb00e3c792d22edde8d";

    private const string Install = "apt-get install libtorch-dev libopenblas0-pthread cmake g++ make";

    internal static readonly string Root = typeof(Peers).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;
    private static readonly string _sources = Path.Combine(Root, "tests", "VaeSweep.Benchmarks");

    /// <summary>The engine in C++ as it was: a checkout of its commit, its native library built by its own script, and a program
    /// over both.</summary>
    /// <returns>The program's assembly.</returns>
    /// <exception cref="InvalidOperationException">Something that it is built with is missing; the message says what to
    /// install.</exception>
    public static string CppEngine()
    {
        var checkout = Path.Combine(Root, "artifacts", "peers", "cpp-engine");
        var program = Path.Combine(checkout, "tests", "CppEngine");
        string[] sources = [.. Directory.GetFiles(Path.Combine(_sources, "peers", "cpp-engine")),
            Path.Combine(_sources, "Sides", "ModelServer.cs"), Path.Combine(_sources, "ThreadClock.cs")];
        var assembly = Path.Combine(checkout, "built", "CppEngine.dll");
        if (IsCurrent(assembly, sources))
            return assembly;

        Require(("cmake", "cmake"), ("g++", "g++"), ("make", "make"), ("git", "git"), ("tar", "tar"));
        if (!File.Exists("/usr/include/ATen/ATen.h"))
        {
            throw new InvalidOperationException(
                $"The C++ engine is built against Debian's libtorch, which is not there: {Install}");
        }

        Directory.CreateDirectory(checkout);
        Run(Root, "bash", "-c", $"set -o pipefail; git archive {CppCommit} | tar x -C '{checkout}'");
        Run(checkout, "bash", "src/VaeSweep.Torch/native/build.sh");
        Directory.CreateDirectory(program);
        foreach (var source in sources)
            File.Copy(source, Path.Combine(program, Path.GetFileName(source)), overwrite: true);

        Run(checkout, "dotnet", "build", program, "-c", "Release", "-v", "quiet", "-nologo", "-o",
            Path.GetDirectoryName(assembly)!);
        return assembly;
    }

    /// <summary>The step's model in TorchSharp's own modules.</summary>
    /// <returns>The program's assembly.</returns>
    public static string PlainTorchSharp()
    {
        var project = Path.Combine(_sources, "peers", "torchsharp");
        var assembly = Path.Combine(Root, "artifacts", "peers", "torchsharp", "PlainTorchSharp.dll");
        if (!IsCurrent(assembly, [.. Directory.GetFiles(project), Path.Combine(_sources, "ThreadClock.cs")]))
            Run(project, "dotnet", "build", "-c", "Release", "-v", "quiet", "-nologo", "-o", Path.GetDirectoryName(assembly)!);

        return assembly;
    }

    /// <summary>This program itself, compiled ahead as the one that people run is: by the first seconds of a process that
    /// compiles what it runs nothing is to be learned about a start.</summary>
    /// <returns>The published program.</returns>
    public static string Self()
    {
        var folder = Path.Combine(Root, "artifacts", "benchmarks");
        var program = Path.Combine(folder, "VaeSweep.Benchmarks");
        if (AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar) == folder
            || IsCurrent(program + ".dll", Directory.GetFiles(AppContext.BaseDirectory, "VaeSweep.*.dll")))
        {
            return program;
        }

        Run(
            Root, "dotnet", "publish", _sources, "-c", "Release", "-v", "quiet", "-nologo", "--use-current-runtime",
            "--no-self-contained", "-p:PublishReadyToRun=true", "-p:RunAnalyzers=false", "-o", folder);
        return program;
    }

    private static bool IsCurrent(string assembly, IEnumerable<string> sources) =>
        File.Exists(assembly) && sources.Max(File.GetLastWriteTimeUtc) < File.GetLastWriteTimeUtc(assembly);

    private static void Require(params ReadOnlySpan<(string Program, string Package)> programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (program, package) in programs)
        {
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            {
                throw new InvalidOperationException(
                    $"The C++ engine is built with {program}, which is not there: {Install} ({package}).");
            }
        }
    }

    private static void Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false,
            RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in new[] { "VAESWEEP_LIBTORCH", "VAESWEEP_NATIVE" })
            start.Environment.Remove(variable);

        // A build server that stays behind would keep the pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"`{program} {string.Join(' ', arguments)}` in {folder} ended with exit "
                    + $"code {process.ExitCode}:{Environment.NewLine}{output}{errors.GetAwaiter().GetResult()}");
        }
    }
}
