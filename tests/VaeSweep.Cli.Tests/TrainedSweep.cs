using System.Diagnostics;
using VaeSweep.Training;

namespace VaeSweep.Cli.Tests;

/// <summary>A small sweep, trained once by the real program for all tests that look at its models.</summary>
public sealed class TrainedSweep : IDisposable
{
    private readonly Cli _cli = new();
    private readonly string _kept = Directory.CreateTempSubdirectory("vaesweep-kept-").FullName;

    /// <summary>Id of the only trial; empty before the first <see cref="TrainAsync"/>.</summary>
    public string Trial { get; private set; } = "";

    /// <summary>Trains at the first call. Not when the fixture is made: a desk without libtorch skips tests, not
    /// fixtures.</summary>
    public async Task TrainAsync()
    {
        if (Trial.Length > 0)
            return;

        LibTorch.Require();
        var sweep = _cli.File("small.yaml", """
            name: small
            dataset: { name: sprites, binarization: static, train: 500, valid: 100, test: 100 }
            train: { epochs: 2 }
            model: { hidden: [64, 32], latent: 3 }
            evaluate: { metrics: [test_elbo], every: 2 }
            seeds: 1
            """);
        var program = Path.Combine(AppContext.BaseDirectory, "vaesweep.dll");
        var start = new ProcessStartInfo(
            "dotnet", [program, "run", sweep, "--devices", "cpu:1", "--store", _cli.Store]) { RedirectStandardOutput = true,
            RedirectStandardError = true, UseShellExecute = false };
        using var run = Process.Start(start)!;
        var error = run.StandardError.ReadToEndAsync();
        await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, await error);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Store)!, Path.GetFileName(Store) + "*")
            .Concat(Directory.Exists(Store + ".artifacts")
                ? Directory.GetFiles(Store + ".artifacts", "*", SearchOption.AllDirectories) : []))
        {
            var target = Path.Combine(_kept, Path.GetRelativePath(Path.GetDirectoryName(Store)!, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(file, target);
        }

        Trial = (await _cli.RunAsync("query", "SELECT trial FROM trials", "--format", "json")).Json()[0].GetProperty("trial")
            .GetString()!;
    }

    public void Dispose()
    {
        _cli.Dispose();
        Directory.Delete(_kept, recursive: true);
    }

    /// <summary>A path in a folder that goes with the sweep.</summary>
    public string File(string name) => Path.Combine(Path.GetDirectoryName(_cli.Store)!, name);

    internal Cli Own => _cli;

    internal Task<Answer> RunAsync(params string[] args) => _cli.RunAsync(args);

    internal Task<Answer> RunAsync(CancellationToken cancellationToken, params string[] args) =>
        _cli.RunAsync(cancellationToken, args);

    /// <param name="said">Hears every message on standard error.</param>
    internal Task<Answer> RunAsync(CancellationToken cancellationToken, Action<string> said, params string[] args) =>
        _cli.RunAsync(cancellationToken, said, args);

    /// <summary>The file of the sweep's store.</summary>
    internal string Store => _cli.Store;

    /// <summary>Whether something has the store's file open.</summary>
    internal bool IsHeld()
    {
        try
        {
            using var alone = new FileStream(Store, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Puts the store back as it was when it was trained, with its files, after a command that may have deleted
    /// them.</summary>
    internal void Restore()
    {
        foreach (var file in Directory.GetFiles(_kept, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(Path.GetDirectoryName(Store)!, Path.GetRelativePath(_kept, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(file, target, overwrite: true);
        }
    }
}
