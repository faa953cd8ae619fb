using System.Diagnostics;

namespace VaeSweep.Torch.Tests.Loading;

/// <summary>What the probe told after it had touched libtorch in a process of its own.</summary>
internal sealed record ProbeRun(int ExitCode, IReadOnlyList<string> Lines, string Errors)
{
    /// <summary>Why libtorch was refused; null when it was not.</summary>
    public string? Refusal => After("refused ").SingleOrDefault();

    /// <summary>Names of the libraries of a libtorch, or of another, that the process had at its end, links followed.</summary>
    public IReadOnlyList<string> Mapped => [.. After("mapped ")];

    public bool Done => Lines.Contains("done");

    /// <param name="touch">As VaeSweep.Torch.Probe's Program lists them.</param>
    /// <param name="program">The probe's folder; null: this test's, where it lies too.</param>
    public static ProbeRun Of(string touch, string? program = null, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(program ?? AppContext.BaseDirectory, "VaeSweep.Torch.Probe.dll"), touch },
        };
        start.Environment.Remove("VAESWEEP_LIBTORCH");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return new ProbeRun(process.ExitCode, lines, errors.GetAwaiter().GetResult());
    }

    private IEnumerable<string> After(string start) => Lines.Where(line => line.StartsWith(start, StringComparison.Ordinal))
        .Select(line => line[start.Length..]);
}
